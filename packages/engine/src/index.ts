export * from "./enabled.ts";
export * from "./facts.ts";
export * from "./judging.ts";
export * from "./observe.ts";
export * from "./recheck.ts";
export * from "./settings.ts";
export * from "./sweep.ts";
export * from "./tell.ts";
