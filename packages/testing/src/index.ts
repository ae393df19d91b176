export * from "./check-tester.ts";
