export * from "./check-tester.ts";
export * from "./store-suite.ts";
