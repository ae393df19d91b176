// Imported on first use; a file of its own lets a bundler drop what is not named here.
export { ListResourcesCommand, RAMClient } from "@aws-sdk/client-ram";
