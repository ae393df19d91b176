// Imported on first use; a file of its own lets a bundler drop what is not named here.
export { KMSClient, ListAliasesCommand } from "@aws-sdk/client-kms";
