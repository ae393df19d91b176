import { defineConfig } from "@posture/config";
import encryption from "@posture/plugin-encryption";
import iam from "@posture/plugin-iam";
import s3 from "@posture/plugin-s3";
import securityGroups from "@posture/plugin-security-groups";
import tagging from "@posture/plugin-tagging";
import minimal from "posture-plugin-minimal";

export default defineConfig({ plugins: [iam, encryption, s3, securityGroups, tagging, minimal] });
