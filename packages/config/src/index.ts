export { type CheckSetting, type Config, defineConfig, type Override } from "./config.ts";
export { type Destination, type QuietHours, USUAL } from "./destination.ts";
export { configFileIn, loadConfig, type LoadOptions } from "./load.ts";
export {
  limitsOf,
  noticeOf,
  SUPPRESSIONS,
  type ResolvedSuppressions,
  type SuppressionLimits,
  type SuppressionSettings,
} from "./suppressions.ts";
export { nearest, type ResolvedConfig, resolveConfig, TARGETS, unknownCheck } from "./resolve.ts";
