export * from "./address-set.ts";
export * from "./cidr.ts";
export * from "./exposed-ports.ts";
export * from "./grants.ts";
export * from "./internet.ts";
