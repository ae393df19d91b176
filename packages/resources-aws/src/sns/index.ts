export * from "./topic.ts";
