import { definePlugin, type Plugin } from "@posture/core";
import { CHECKS } from "./checks.ts";
import { unused } from "./unused.ts";

export * from "./checks.ts";
export { allPortsOpen } from "./all-ports-open.ts";
export { unused } from "./unused.ts";

/** Checks on security groups: which ports the internet reaches by their inbound rules, and whether anything uses them. */
const plugin: Plugin = definePlugin({ name: "@posture/plugin-security-groups", namespace: "security-group", checks: [...CHECKS, unused] });
export default plugin;
