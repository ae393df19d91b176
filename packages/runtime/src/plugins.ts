import type { Plugin } from "@posture/core";
import iam from "@posture/plugin-iam";
import s3 from "@posture/plugin-s3";
import securityGroups from "@posture/plugin-security-groups";

/** What is loaded where the configuration names no plugins. */
export const firstPartyPlugins: readonly Plugin[] = [iam, s3, securityGroups];
