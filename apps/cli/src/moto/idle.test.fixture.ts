import * as autoscaling from "@aws-sdk/client-auto-scaling";
import * as batch from "@aws-sdk/client-batch";
import * as codebuild from "@aws-sdk/client-codebuild";
import * as ec2 from "@aws-sdk/client-ec2";
import * as ecs from "@aws-sdk/client-ecs";
import * as events from "@aws-sdk/client-eventbridge";
import * as glue from "@aws-sdk/client-glue";
import * as iam from "@aws-sdk/client-iam";
import * as scheduler from "@aws-sdk/client-scheduler";

interface Settings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}
interface Place {
  readonly group: string;
  readonly subnet: string;
}

/** Something that names a security group and does not run. */
interface IdleCase {
  readonly is: string;
  readonly setUp: (settings: Settings, place: Place) => Promise<unknown>;
}

const ROLE = "arn:aws:iam::123456789012:role/jobs";
const CLUSTER = "arn:aws:ecs:us-east-1:123456789012:cluster/jobs";
const TASK = "arn:aws:ecs:us-east-1:123456789012:task-definition/jobs:1";

export const idleCases: readonly IdleCase[] = [
  {
    is: "a launch configuration",
    setUp: (settings, { group }) =>
      new autoscaling.AutoScalingClient(settings).send(
        new autoscaling.CreateLaunchConfigurationCommand({
          LaunchConfigurationName: "web",
          ImageId: "ami-12345678",
          InstanceType: "t3.micro",
          SecurityGroups: [group],
        }),
      ),
  },
  {
    is: "a Batch environment without instances",
    async setUp(settings, { group, subnet }) {
      // moto wants to know the role.
      const trust = { Statement: { Effect: "Allow", Principal: { Service: "batch.amazonaws.com" }, Action: "sts:AssumeRole" } };
      const role = { RoleName: "jobs", AssumeRolePolicyDocument: JSON.stringify(trust) };
      await new iam.IAMClient(settings).send(new iam.CreateRoleCommand(role));
      await new batch.BatchClient(settings).send(
        new batch.CreateComputeEnvironmentCommand({
          computeEnvironmentName: "nightly",
          type: "MANAGED",
          serviceRole: ROLE,
          computeResources: { type: "FARGATE", maxvCpus: 4, subnets: [subnet], securityGroupIds: [group] },
        }),
      );
    },
  },
  {
    is: "a CodeBuild project",
    setUp: (settings, { group, subnet }) =>
      new codebuild.CodeBuildClient(settings).send(
        new codebuild.CreateProjectCommand({
          name: "tests",
          source: { type: "S3", location: "bucket/path" },
          artifacts: { type: "NO_ARTIFACTS" },
          environment: { type: "LINUX_CONTAINER", image: "image", computeType: "BUILD_GENERAL1_SMALL" },
          serviceRole: ROLE,
          vpcConfig: { vpcId: "vpc-12345678", subnets: [subnet], securityGroupIds: [group] },
        }),
      ),
  },
  {
    is: "a Glue connection",
    setUp: (settings, { group, subnet }) =>
      new glue.GlueClient(settings).send(
        new glue.CreateConnectionCommand({
          ConnectionInput: {
            Name: "warehouse",
            ConnectionType: "NETWORK",
            ConnectionProperties: {},
            PhysicalConnectionRequirements: { SubnetId: subnet, SecurityGroupIdList: [group] },
          },
        }),
      ),
  },
  {
    is: "an ECS service that wants no task",
    async setUp(settings, { group, subnet }) {
      const client = new ecs.ECSClient(settings);
      await client.send(new ecs.CreateClusterCommand({ clusterName: "jobs" }));
      const container = { name: "jobs", image: "image", memory: 128 };
      await client.send(new ecs.RegisterTaskDefinitionCommand({ family: "jobs", containerDefinitions: [container] }));
      await client.send(
        new ecs.CreateServiceCommand({
          cluster: "jobs",
          serviceName: "web",
          taskDefinition: "jobs",
          desiredCount: 0,
          networkConfiguration: { awsvpcConfiguration: { subnets: [subnet], securityGroups: [group] } },
        }),
      );
    },
  },
  {
    is: "a rule of EventBridge that starts a task",
    async setUp(settings, { group, subnet }) {
      const client = new events.EventBridgeClient(settings);
      await client.send(new events.PutRuleCommand({ Name: "nightly", ScheduleExpression: "rate(1 day)" }));
      const NetworkConfiguration = { awsvpcConfiguration: { Subnets: [subnet], SecurityGroups: [group] } };
      const target = { Id: "1", Arn: CLUSTER, RoleArn: ROLE, EcsParameters: { TaskDefinitionArn: TASK, NetworkConfiguration } };
      await client.send(new events.PutTargetsCommand({ Rule: "nightly", Targets: [target] }));
    },
  },
  {
    is: "a schedule that starts a task",
    setUp: (settings, { group, subnet }) =>
      new scheduler.SchedulerClient(settings).send(
        new scheduler.CreateScheduleCommand({
          Name: "weekly",
          ScheduleExpression: "rate(7 days)",
          FlexibleTimeWindow: { Mode: "OFF" },
          Target: {
            Arn: CLUSTER,
            RoleArn: ROLE,
            EcsParameters: {
              TaskDefinitionArn: TASK,
              NetworkConfiguration: { awsvpcConfiguration: { Subnets: [subnet], SecurityGroups: [group] } },
            },
          },
        }),
      ),
  },
];

export async function firstSubnet(client: ec2.EC2Client): Promise<string> {
  const { Subnets: [subnet] = [] } = await client.send(new ec2.DescribeSubnetsCommand({}));
  return subnet?.SubnetId ?? "";
}
