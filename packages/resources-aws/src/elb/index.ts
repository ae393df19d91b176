export * from "./classic.ts";
export * from "./listener.ts";
