import { definePlugin, type Plugin } from "@posture/core";
import { bucketVersioningDisabled } from "./checks/bucket-versioning-disabled.ts";

const plugin: Plugin = definePlugin({ name: "posture-plugin-minimal", namespace: "minimal", checks: [bucketVersioningDisabled] });
export default plugin;
