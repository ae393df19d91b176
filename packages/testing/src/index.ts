export * from "./check-tester.ts";
export * from "./minimum-calls.ts";
export * from "./plugin-tester.ts";
export * from "./store-suite.ts";
