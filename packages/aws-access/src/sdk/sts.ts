// Imported on first use; a file of its own lets a bundler drop what is not named here.
export { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
