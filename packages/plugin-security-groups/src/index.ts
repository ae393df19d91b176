import { definePlugin, type Plugin } from "@posture/core";
import { CHECKS } from "./checks.ts";

export * from "./checks.ts";
export { allPortsOpen } from "./all-ports-open.ts";

/** Checks on inbound rules of security groups: which ports the internet reaches. */
const plugin: Plugin = definePlugin({ name: "@posture/plugin-security-groups", namespace: "security-group", checks: CHECKS });
export default plugin;
