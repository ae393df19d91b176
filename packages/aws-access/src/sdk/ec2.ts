// Imported on first use; a file of its own lets a bundler drop what is not named here.
export { DescribeRegionsCommand, EC2Client } from "@aws-sdk/client-ec2";
