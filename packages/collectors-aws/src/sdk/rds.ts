// Imported on first use; a file of its own lets a bundler drop what is not named here.
export { DescribeDBClustersCommand, DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
