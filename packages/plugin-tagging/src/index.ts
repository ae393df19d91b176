import { definePlugin, type Plugin } from "@posture/core";
import { ebsVolumeOwnerMissing } from "./checks/ebs-volume-owner-missing.ts";

export { ebsVolumeOwnerMissing };

/** Checks on tags: who owns a resource. */
const plugin: Plugin = definePlugin({ name: "@posture/plugin-tagging", namespace: "tagging", checks: [ebsVolumeOwnerMissing] });
export default plugin;
