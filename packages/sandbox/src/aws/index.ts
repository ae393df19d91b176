export { demoWorld } from "./demo-world.ts";
export type { Fault } from "./faults.ts";
export type { AccountPatch, WorldPatch } from "./patch.ts";
export { worldJsonSchema } from "./schema.ts";
export { type AwsOptions, type Call, type SimulatedAws, startAws } from "./server.ts";
export { type Account, type Bucket, parseWorld, type PrefixList, type SecurityGroup, type World, worldSchema } from "./world.ts";
