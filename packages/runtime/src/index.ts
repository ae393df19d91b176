export * from "./posture.ts";
