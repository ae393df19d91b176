export { type CheckSetting, type Config, defineConfig, type Override } from "./config.ts";
export { configFileIn, loadConfig, type LoadOptions } from "./load.ts";
export { nearest, type ResolvedConfig, resolveConfig, TARGETS, unknownCheck } from "./resolve.ts";
