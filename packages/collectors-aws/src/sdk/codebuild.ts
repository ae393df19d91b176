// Imported on first use; a file of its own lets a bundler drop what is not named here.
export { BatchGetProjectsCommand, CodeBuildClient, ListProjectsCommand } from "@aws-sdk/client-codebuild";
