// Imported on first use; a file of its own lets a bundler drop what is not named here.
export { DescribeOrganizationCommand, ListAccountsCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
