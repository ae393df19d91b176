export * from "./secret.ts";
