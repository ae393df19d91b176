export * from "./ec2/index.ts";
export * from "./exposure/index.ts";
