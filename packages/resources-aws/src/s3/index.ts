export * from "./bucket.ts";
export {
  Block,
  EncryptionRule,
  Grant,
  ObjectAcls,
  type ObjectAclsOptions,
  Ownership,
  PolicyStatus,
  Versioning,
  Website,
} from "./values.ts";
