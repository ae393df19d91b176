export * from "./access-key.ts";
export * from "./account.ts";
export { identityNameOf, isServiceLinked, pathOf } from "./events.ts";
export * from "./role.ts";
export { rootUseIn } from "./root-use.ts";
export * from "./user.ts";
export * from "./user-policy.ts";
export * from "./values.ts";
