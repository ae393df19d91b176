// Imported on first use; a file of its own lets a bundler drop what is not named here.
export { DescribeLoadBalancersCommand, ElasticLoadBalancingClient } from "@aws-sdk/client-elastic-load-balancing";
