export { type CheckSetting, type Config, defineConfig, type Override } from "./config.ts";
export type { CheckTraits, Routable } from "./conditions.ts";
export { type Destination, type QuietHours, USUAL, type Weekday, WEEKDAYS } from "./destination.ts";
export {
  type DailyDigest,
  dailyIn,
  type DailySettings,
  dateDue,
  type DigestSettings,
  type ResolvedDigests,
  strayDigests,
  type WeeklyDigest,
} from "./digests.ts";
export { type Frameworks, frameworkName, frameworkNamed, frameworkWords } from "./frameworks.ts";
export { type AccountSettings, type ResolvedAccount } from "./accounts.ts";
export { type EventsSettings, resolveEvents, type ResolvedEvents } from "./events.ts";
export { configFileIn, loadConfig, type LoadOptions } from "./load.ts";
export {
  limitsOf,
  noticeOf,
  SUPPRESSIONS,
  type ResolvedSuppressions,
  type SuppressionLimits,
  type SuppressionSettings,
} from "./suppressions.ts";
export { nearest } from "./nearest.ts";
export { type OwnerAnswer, ownerOf, personOf } from "./owners.ts";
export { quietUntil, waitsUntil } from "./quiet.ts";
export { type Unreached, unreachedRoutes } from "./reached.ts";
export { type ResolvedConfig, resolveConfig, TARGETS, unknownCheck } from "./resolve.ts";
export { type Holder, holderOf, holdersOf, type ResolvedRoles, resolveRoles, type Role, ROLES, type RoleSettings } from "./roles.ts";
export type { ResolvedCondition, ResolvedRoute, Route, RouteCondition } from "./routes.ts";
export { destinationsOf, routed, type Routed, type RouteStep, type Routing } from "./routing.ts";
export { type OwnerSettings, type ResolvedSlack, SLACK, type SlackAccount, type SlackSettings } from "./slack.ts";
