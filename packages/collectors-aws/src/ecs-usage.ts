import type { NetworkConfiguration } from "@aws-sdk/client-ecs";
import { type AwsHost, callOf, malformed, present } from "@posture/aws-access";
import { securityGroup } from "@posture/resources-aws/ec2";
import { inBatches, unlessGone, type User, usersIn, type UsersReader } from "./group-users.ts";
import { gathered, itemsOf } from "./pages.ts";

/* Services of ECS, which may want no task, and rules of EventBridge that start tasks. */

const CLUSTERS = callOf(securityGroup, "ecs:ListClusters");
const SERVICES = callOf(securityGroup, "ecs:ListServices");
const DESCRIBE = callOf(securityGroup, "ecs:DescribeServices");
const BUSES = callOf(securityGroup, "eventbridge:ListEventBuses");
const RULES = callOf(securityGroup, "eventbridge:ListRuleNamesByTarget");
const TARGETS = callOf(securityGroup, "eventbridge:ListTargetsByRule");
const PAGE = 100;
/** About as many services may be asked at once. */
const SERVICE_BATCH = 10;

export const containerServices: UsersReader = usersIn(async (aws, region) => {
  const clusters = await clustersOf(aws, region);
  const services = clusters.map((cluster) => unlessGone("ClusterNotFoundException", () => servicesOf(aws, region, cluster)));
  return (await Promise.all(services)).flat();
});

/** A rule that starts a task has the task's cluster as its target, so that the other rules need not be read. */
export const scheduledTasks: UsersReader = usersIn(async (aws, region) => {
  const clusters = await clustersOf(aws, region);
  const buses = clusters.length === 0 ? [] : await busesOf(aws, region);
  const rules = await Promise.all(clusters.flatMap((cluster) => buses.map((bus) => rulesOf(aws, region, { cluster, bus }))));
  // One rule may start tasks in several clusters.
  const distinct = new Map(rules.flat().map((rule) => [`${rule.bus}/${rule.name}`, rule]));
  return (await Promise.all([...distinct.values()].map((rule) => startedBy(aws, region, rule)))).flat();
});

async function clustersOf(aws: AwsHost, region: string): Promise<string[]> {
  const { ECSClient, ListClustersCommand } = await import("./sdk/ecs.ts");
  const clusters = itemsOf(CLUSTERS, async (nextToken) => {
    const command = new ListClustersCommand({ maxResults: PAGE, ...(nextToken && { nextToken }) });
    const { output } = await aws.send(ECSClient, command, { region, call: CLUSTERS, shared: true });
    return { items: present(output.clusterArns, "clusterArns", CLUSTERS), next: output.nextToken };
  });
  return gathered(clusters);
}

async function servicesOf(aws: AwsHost, region: string, cluster: string): Promise<User[]> {
  const { DescribeServicesCommand, ECSClient, ListServicesCommand } = await import("./sdk/ecs.ts");
  const listed = itemsOf(SERVICES, async (nextToken) => {
    const command = new ListServicesCommand({ cluster, maxResults: PAGE, ...(nextToken && { nextToken }) });
    const { output } = await aws.send(ECSClient, command, { region, call: SERVICES, shared: true });
    return { items: present(output.serviceArns, "serviceArns", SERVICES), next: output.nextToken };
  });
  const about = async (services: string[]): Promise<User[]> => {
    const command = new DescribeServicesCommand({ cluster, services });
    const { output } = await aws.send(ECSClient, command, { region, call: DESCRIBE, shared: true });
    // One that went in between is missing; of what is not answered for another reason nothing is known.
    const unanswered = output.failures?.find(({ reason }) => reason !== "MISSING");
    if (unanswered) throw malformed(DESCRIBE, `no answer about ${unanswered.arn ?? "a service"}: ${unanswered.reason ?? "no reason"}`);
    return present(output.services, "services", DESCRIBE).map(({ serviceArn, networkConfiguration, deployments, taskSets }) => ({
      by: present(serviceArn, "serviceArn", DESCRIBE),
      groups: [networkConfiguration, ...networksOf(deployments), ...networksOf(taskSets)].map(
        (it) => it?.awsvpcConfiguration?.securityGroups,
      ),
    }));
  };
  return (await Promise.all(inBatches(await gathered(listed), SERVICE_BATCH).map(about))).flat();
}

type Network = NetworkConfiguration | undefined;
/** What is being changed has more than one. */
function networksOf(list: readonly { networkConfiguration?: Network }[] | undefined): readonly Network[] {
  return list ? list.map(({ networkConfiguration }) => networkConfiguration) : [];
}

async function busesOf(aws: AwsHost, region: string): Promise<string[]> {
  const { EventBridgeClient, ListEventBusesCommand } = await import("./sdk/eventbridge.ts");
  const buses = itemsOf(BUSES, async (NextToken) => {
    const command = new ListEventBusesCommand({ Limit: PAGE, ...(NextToken && { NextToken }) });
    const { output } = await aws.send(EventBridgeClient, command, { region, call: BUSES, shared: true });
    return { items: present(output.EventBuses, "EventBuses", BUSES), next: output.NextToken };
  });
  return (await gathered(buses)).map(({ Name }) => present(Name, "Name", BUSES));
}

interface Rule {
  readonly bus: string;
  readonly name: string;
}

function rulesOf(aws: AwsHost, region: string, { cluster, bus }: { cluster: string; bus: string }): Promise<readonly Rule[]> {
  return unlessGone("ResourceNotFoundException", async () => {
    const { EventBridgeClient, ListRuleNamesByTargetCommand } = await import("./sdk/eventbridge.ts");
    const names = itemsOf(RULES, async (NextToken) => {
      const asked = { TargetArn: cluster, EventBusName: bus, Limit: PAGE };
      const command = new ListRuleNamesByTargetCommand({ ...asked, ...(NextToken && { NextToken }) });
      const { output } = await aws.send(EventBridgeClient, command, { region, call: RULES, shared: true });
      return { items: present(output.RuleNames, "RuleNames", RULES), next: output.NextToken };
    });
    return (await gathered(names)).map((name) => ({ bus, name }));
  });
}

function startedBy(aws: AwsHost, region: string, { bus, name }: Rule): Promise<readonly User[]> {
  return unlessGone("ResourceNotFoundException", async () => {
    const { EventBridgeClient, ListTargetsByRuleCommand } = await import("./sdk/eventbridge.ts");
    const targets = itemsOf(TARGETS, async (NextToken) => {
      const command = new ListTargetsByRuleCommand({ Rule: name, EventBusName: bus, Limit: PAGE, ...(NextToken && { NextToken }) });
      const { output } = await aws.send(EventBridgeClient, command, { region, call: TARGETS, shared: true });
      return { items: present(output.Targets, "Targets", TARGETS), next: output.NextToken };
    });
    const networks = (await gathered(targets)).map(({ EcsParameters }) => EcsParameters?.NetworkConfiguration?.awsvpcConfiguration);
    return [{ by: `${bus}/${name}`, groups: networks.map((it) => it?.SecurityGroups) }];
  });
}
