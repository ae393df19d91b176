export { type Asked, categoryNamed, filterOf } from "./asked.ts";
export { ALWAYS_NEEDED, type FilledStep, guideOf, loadChecks, type Policy, type ReadPolicy, readPolicyOf, stepsOf } from "./checks.ts";
export { type CheckFacts, type FacetFacts, factsOf, NO_PASS_UNREAD, type ParameterFacts } from "./check-facts.ts";
export { callerArn } from "./caller.ts";
export {
  type CommandName,
  type Commands,
  type Assigned,
  type Decided,
  perform,
  performThroughHolder,
  serveStore,
  type Suppressed,
  type SuppressTarget,
} from "./commands.ts";
export { FROM_FILES, takenFromFiles } from "./secret-files.ts";
export { BOT_SETTINGS, type Origin, type Setting } from "./doctor/settings.ts";
export { type Diagnosis, type DoctorOptions, examine } from "./doctor/doctor.ts";
export { type Point, type PointName, POINTS, type PointState } from "./doctor/point.ts";
export { createPosture, type PostureOptions } from "./create.ts";
export { QUEUE_ACTIONS } from "./event-queue.ts";
export { OFF as EVENTS_OFF } from "./events/health.ts";
export { unheardNext, unheardWords } from "./events/unheard.ts";
export { isSwept, type LateChange } from "./events/late.ts";
export { heardBy } from "./events/targets.ts";
export { DETAIL_TYPES, type EventPattern, type EventRule, eventRulesOf, MOST_PATTERN } from "./events-template/patterns.ts";
export { type Example, type PreviewDigest } from "./digest.ts";
export type { Leaving, LeavingRow } from "./leaving.ts";
export type { ExportNote } from "./noting.ts";
export { type Frameworks, frameworkName, frameworkNamed, frameworkWords } from "@posture/config";
export { type MovableStore, type Moved, moveStore, type MovePlan, openMovable, planMove } from "./moving.ts";
export { kindOfPlace, type PlaceKind, shownPlace } from "./places.ts";
export { firstPartyPlugins } from "./plugins.ts";
export { type CallTrouble, type PermissionTrial, tryPermissions } from "./permissions.ts";
export * from "./posture.ts";
export { type Entry, type Story, storyOfFinding, storyOfSuppression } from "./story.ts";
export { afterBriefly, afterWords, entryWords, FROM, HAPPENED } from "./story-words.ts";
export { openAudit, openStore, type OpenStoreOptions, placeOfStore, type StorePlace } from "./stores.ts";
export { REQUEST_PATH, requestAddress, type SlackManifest, slackManifest, type SlackWay } from "./slack-app/manifest.ts";
export {
  APP_TOKEN_SCOPE,
  type ScopeUse,
  SLACK_COMMAND,
  SLACK_EVENTS,
  SLACK_METHODS,
  type SlackEvent,
  type SlackMethod,
  type SlackScope,
  slackScopes,
} from "./slack-app/methods.ts";
export { type StoreInfo, storeInfo } from "./store-info.ts";
export { JUSTIFICATION_MIN } from "./suppressing.ts";
