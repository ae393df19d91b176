export { ALWAYS_NEEDED, type FilledStep, guideOf, loadChecks, type ReadPolicy, readPolicyOf, stepsOf } from "./checks.ts";
export { type CheckFacts, type FacetFacts, factsOf, NO_PASS_UNREAD, type ParameterFacts } from "./check-facts.ts";
export { recheckThroughHolder, serveStore } from "./commands.ts";
export { createPosture, type PostureOptions } from "./create.ts";
export { type Frameworks, frameworkName, frameworkNamed } from "./frameworks.ts";
export { firstPartyPlugins } from "./plugins.ts";
export * from "./posture.ts";
export { openStore, type OpenStoreOptions, placeOfStore, type StorePlace } from "./stores.ts";
export { JUSTIFICATION_MIN, MAX_DAYS } from "./suppressing.ts";
