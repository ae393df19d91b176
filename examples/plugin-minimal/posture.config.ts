import { defineConfig } from "@posture/config";
import iam from "@posture/plugin-iam";
import s3 from "@posture/plugin-s3";
import securityGroups from "@posture/plugin-security-groups";
import minimal from "posture-plugin-minimal";

export default defineConfig({ plugins: [iam, s3, securityGroups, minimal] });
