export { type CheckSetting, type Config, defineConfig } from "./config.ts";
export { loadConfig, type LoadOptions } from "./load.ts";
export { nearest, type ResolvedCheck, type ResolvedConfig, resolveConfig, unknownCheck } from "./resolve.ts";
