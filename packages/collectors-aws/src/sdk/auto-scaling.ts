// Imported on first use; a file of its own lets a bundler drop what is not named here.
export { AutoScalingClient, DescribeLaunchConfigurationsCommand } from "@aws-sdk/client-auto-scaling";
