export {
  countedInterfaces,
  countedReferences,
  type GroupInterface,
  type GroupReference,
  type GroupUsage,
  type UsageOptions,
  whyNotAsked,
} from "./group-usage.ts";
export type { IdleOptions, IdleUsage } from "./idle-usage.ts";
export * from "./security-group.ts";
export * from "./volume.ts";
