// Imported on first use; a file of its own lets a bundler drop what is not named here.
export { DescribeServicesCommand, ECSClient, ListClustersCommand, ListServicesCommand } from "@aws-sdk/client-ecs";
