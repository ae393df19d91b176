// Imported on first use; a file of its own lets a bundler drop what is not named here.
export { DescribeSecretCommand, ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
