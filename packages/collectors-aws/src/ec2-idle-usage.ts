import { type AwsHost, callOf, type FacetReader, present } from "@posture/aws-access";
import type { OptionsOf, ValueOf } from "@posture/core";
import { type IdleUsage, type InboundRule, securityGroup } from "@posture/resources-aws/ec2";
import { containerServices, scheduledTasks } from "./ecs-usage.ts";
import { inBatches, type User, usersIn } from "./group-users.ts";
import { gathered, itemsOf } from "./pages.ts";
import { schedules } from "./scheduler-usage.ts";

/* What names a security group while nothing of it runs. Each service is listed once for all groups of a region. */

const CONFIGURATIONS = callOf(securityGroup, "autoscaling:DescribeLaunchConfigurations");
const ENVIRONMENTS = callOf(securityGroup, "batch:DescribeComputeEnvironments");
const PROJECTS = callOf(securityGroup, "codebuild:ListProjects");
const GET_PROJECTS = callOf(securityGroup, "codebuild:BatchGetProjects");
const CONNECTIONS = callOf(securityGroup, "glue:GetConnections");
const PAGE = 100;
const CONNECTION_PAGE = 1000;

type IdleReaders = {
  readonly [K in keyof IdleUsage]: FacetReader<ValueOf<IdleUsage[K]>, OptionsOf<IdleUsage[K]>, readonly InboundRule[]>;
};

export const idleReaders: IdleReaders = {
  launchConfigurations: usersIn(everyConfiguration),
  computeEnvironments: usersIn(everyEnvironment),
  buildProjects: usersIn(everyProject),
  glueConnections: usersIn(everyConnection),
  containerServices,
  scheduledTasks,
  schedules,
};

async function everyConfiguration(aws: AwsHost, region: string): Promise<User[]> {
  const { AutoScalingClient, DescribeLaunchConfigurationsCommand } = await import("./sdk/auto-scaling.ts");
  const found = itemsOf(CONFIGURATIONS, async (NextToken) => {
    const command = new DescribeLaunchConfigurationsCommand({ MaxRecords: PAGE, ...(NextToken && { NextToken }) });
    const { output } = await aws.send(AutoScalingClient, command, { region, call: CONFIGURATIONS, shared: true });
    return { items: present(output.LaunchConfigurations, "LaunchConfigurations", CONFIGURATIONS), next: output.NextToken };
  });
  return (await gathered(found)).map(({ LaunchConfigurationName, SecurityGroups }) => ({
    by: present(LaunchConfigurationName, "LaunchConfigurationName", CONFIGURATIONS),
    groups: [SecurityGroups],
  }));
}

async function everyEnvironment(aws: AwsHost, region: string): Promise<User[]> {
  const { BatchClient, DescribeComputeEnvironmentsCommand } = await import("./sdk/batch.ts");
  const found = itemsOf(ENVIRONMENTS, async (nextToken) => {
    const command = new DescribeComputeEnvironmentsCommand({ maxResults: PAGE, ...(nextToken && { nextToken }) });
    const { output } = await aws.send(BatchClient, command, { region, call: ENVIRONMENTS, shared: true });
    return { items: present(output.computeEnvironments, "computeEnvironments", ENVIRONMENTS), next: output.nextToken };
  });
  // One that somebody else manages has no resources of its own.
  return (await gathered(found)).map(({ computeEnvironmentArn, computeResources }) => ({
    by: present(computeEnvironmentArn, "computeEnvironmentArn", ENVIRONMENTS),
    groups: [computeResources?.securityGroupIds],
  }));
}

/** A project that went in between is in `projectsNotFound`, and names nothing any more. */
async function everyProject(aws: AwsHost, region: string): Promise<User[]> {
  const { BatchGetProjectsCommand, CodeBuildClient, ListProjectsCommand } = await import("./sdk/codebuild.ts");
  const names = itemsOf(PROJECTS, async (nextToken) => {
    const command = new ListProjectsCommand({ ...(nextToken && { nextToken }) });
    const { output } = await aws.send(CodeBuildClient, command, { region, call: PROJECTS, shared: true });
    return { items: present(output.projects, "projects", PROJECTS), next: output.nextToken };
  });
  const about = async (some: string[]): Promise<User[]> => {
    const command = new BatchGetProjectsCommand({ names: some });
    const { output } = await aws.send(CodeBuildClient, command, { region, call: GET_PROJECTS, shared: true });
    return present(output.projects, "projects", GET_PROJECTS).map(({ name, vpcConfig }) => ({
      by: present(name, "name", GET_PROJECTS),
      groups: [vpcConfig?.securityGroupIds],
    }));
  };
  return (await Promise.all(inBatches(await gathered(names), PAGE).map(about))).flat();
}

async function everyConnection(aws: AwsHost, region: string): Promise<User[]> {
  const { GetConnectionsCommand, GlueClient } = await import("./sdk/glue.ts");
  const found = itemsOf(CONNECTIONS, async (NextToken) => {
    // Passwords are nothing that anybody here needs to see.
    const command = new GetConnectionsCommand({ HidePassword: true, MaxResults: CONNECTION_PAGE, ...(NextToken && { NextToken }) });
    const { output } = await aws.send(GlueClient, command, { region, call: CONNECTIONS, shared: true });
    return { items: present(output.ConnectionList, "ConnectionList", CONNECTIONS), next: output.NextToken };
  });
  return (await gathered(found)).map(({ Name, PhysicalConnectionRequirements }) => ({
    by: present(Name, "Name", CONNECTIONS),
    groups: [PhysicalConnectionRequirements?.SecurityGroupIdList],
  }));
}
