export * from "./bucket.ts";
export { Block, EncryptionRule, Grant, Ownership, PolicyStatus, Versioning, Website } from "./values.ts";
