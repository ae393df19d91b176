export * from "./file-system.ts";
