export * from "./ec2/index.ts";
export * from "./exposure/index.ts";
export * from "./policy/index.ts";
export * from "./s3/index.ts";
