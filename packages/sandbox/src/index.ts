export * from "./aws/index.ts";
export * from "./slack/index.ts";
