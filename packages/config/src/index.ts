export { type CheckSetting, type Config, defineConfig, type Override } from "./config.ts";
export { loadConfig, type LoadOptions } from "./load.ts";
export { nearest, type ResolvedConfig, resolveConfig, unknownCheck } from "./resolve.ts";
