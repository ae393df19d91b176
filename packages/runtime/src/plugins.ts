import type { Plugin } from "@posture/core";
import encryption from "@posture/plugin-encryption";
import iam from "@posture/plugin-iam";
import s3 from "@posture/plugin-s3";
import securityGroups from "@posture/plugin-security-groups";
import tagging from "@posture/plugin-tagging";

/** What is loaded where the configuration names no plugins. */
export const firstPartyPlugins: readonly Plugin[] = [iam, encryption, s3, securityGroups, tagging];
