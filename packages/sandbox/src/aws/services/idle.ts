import type { Regional } from "../regional-world.ts";
import { type Shape, shapesIn, textIn, textsIn } from "../shape.ts";
import { AwsError } from "../wire/answer.ts";
import type { Context, Handler } from "./handler.ts";
import { nameIn, paged, regional, shapeOf, without } from "./regional.ts";

/* What names a security group while nothing of it runs. */

export const autoscaling: Readonly<Record<string, Handler>> = {
  DescribeLaunchConfigurations(input, context) {
    const all = regional(context, "launchConfigurations").map(shapeOf);
    const { items, next } = paged(all, input, { size: "MaxRecords", token: "NextToken", most: 100 });
    return { LaunchConfigurations: items, NextToken: next };
  },
};

export const batch: Readonly<Record<string, Handler>> = {
  DescribeComputeEnvironments(input, context) {
    const all = regional(context, "computeEnvironments").map((it) => ({
      computeEnvironmentArn: arnOf(context, "batch", `compute-environment/${nameIn(it, "computeEnvironmentName")}`),
      ...shapeOf(it),
    }));
    const { items, next } = paged(all, input, { size: "maxResults", token: "nextToken", most: 100 });
    return { computeEnvironments: items, nextToken: next };
  },
};

export const codebuild: Readonly<Record<string, Handler>> = {
  ListProjects(input, context) {
    const { items, next } = paged(regional(context, "buildProjects"), input, { size: "", token: "nextToken", most: 100 });
    return { projects: items.map((it) => nameIn(it, "name")), nextToken: next };
  },
  BatchGetProjects(input, context) {
    const names = textsIn(input, "names") ?? [];
    const found = regional(context, "buildProjects").filter((it) => names.includes(nameIn(it, "name")));
    const missing = names.filter((name) => !found.some((it) => it["name"] === name));
    return {
      projects: found.map((it) => ({ arn: arnOf(context, "codebuild", `project/${nameIn(it, "name")}`), ...shapeOf(it) })),
      projectsNotFound: missing,
    };
  },
};

export const glue: Readonly<Record<string, Handler>> = {
  GetConnections(input, context) {
    const all = regional(context, "glueConnections").map(shapeOf);
    const shown = input["HidePassword"] === true ? all.map(withoutPassword) : all;
    const { items, next } = paged(shown, input, { size: "MaxResults", token: "NextToken", most: 1000 });
    return { ConnectionList: items, NextToken: next };
  },
};

function withoutPassword(it: Shape): Shape {
  const properties = it["ConnectionProperties"];
  if (typeof properties !== "object" || properties === null) return it;
  return { ...it, ConnectionProperties: without(Object.fromEntries(Object.entries(properties)), "PASSWORD") };
}

export const ecs: Readonly<Record<string, Handler>> = {
  ListClusters(input, context) {
    const { items, next } = paged(regional(context, "ecsClusters"), input, { size: "maxResults", token: "nextToken", most: 100 });
    return { clusterArns: items.map((it) => clusterArn(it, context)), nextToken: next };
  },
  ListServices(input, context) {
    const { items, next } = paged(servicesIn(input, context), input, { size: "maxResults", token: "nextToken", most: 100 });
    return { serviceArns: items.map((it) => it["serviceArn"]), nextToken: next };
  },
  DescribeServices(input, context) {
    const wanted = textsIn(input, "services") ?? [];
    if (wanted.length > 10) throw new AwsError(400, "InvalidParameterException", "Services cannot be more than 10.");
    const all = servicesIn(input, context);
    const isMeant = (it: Shape, name: string): boolean => it["serviceArn"] === name || it["serviceName"] === name;
    return {
      services: all.filter((it) => wanted.some((name) => isMeant(it, name))),
      failures: wanted.filter((name) => !all.some((it) => isMeant(it, name))).map((arn) => ({ arn, reason: "MISSING" })),
    };
  },
};

function clusterArn(it: Shape, context: Context): string {
  return arnOf(context, "ecs", `cluster/${nameIn(it, "clusterName")}`);
}

/** By the cluster's name or ARN; without either, those of the cluster `default`. */
function servicesIn(input: Shape, context: Context): readonly Shape[] {
  const named = textIn(input, "cluster") ?? "default";
  const cluster = regional(context, "ecsClusters").find((it) => it["clusterName"] === named || clusterArn(it, context) === named);
  if (!cluster) throw new AwsError(400, "ClusterNotFoundException", "Cluster not found.");
  return (shapesIn(cluster, "Services") ?? []).map((it) => ({
    serviceArn: arnOf(context, "ecs", `service/${nameIn(cluster, "clusterName")}/${nameIn(it, "serviceName")}`),
    clusterArn: clusterArn(cluster, context),
    ...it,
  }));
}

export const eventBridge: Readonly<Record<string, Handler>> = {
  ListEventBuses(input, context) {
    const names = [...new Set(["default", ...regional(context, "eventRules").map(busOf)])];
    const all = names.map((Name) => ({ Name, Arn: arnOf(context, "events", `event-bus/${Name}`) }));
    const { items, next } = paged(all, input, { size: "Limit", token: "NextToken", most: 100 });
    return { EventBuses: items, NextToken: next };
  },
  ListRuleNamesByTarget(input, context) {
    const target = textIn(input, "TargetArn");
    const all = rulesOn(input, context).filter((it) => targetsOf(it).some(({ Arn }) => Arn === target));
    const { items, next } = paged(all, input, { size: "Limit", token: "NextToken", most: 100 });
    return { RuleNames: items.map((it) => nameIn(it, "Name")), NextToken: next };
  },
  ListTargetsByRule(input, context) {
    const name = textIn(input, "Rule");
    const rule = rulesOn(input, context).find((it) => it["Name"] === name);
    if (!rule) throw new AwsError(400, "ResourceNotFoundException", `Rule ${name ?? ""} does not exist on EventBus.`);
    const { items, next } = paged(targetsOf(rule), input, { size: "Limit", token: "NextToken", most: 100 });
    return { Targets: items, NextToken: next };
  },
};

function busOf(it: Shape): string {
  return textIn(it, "EventBusName") ?? "default";
}
function rulesOn(input: Shape, context: Context): readonly Regional[] {
  return regional(context, "eventRules").filter((it) => busOf(it) === busOf(input));
}
function targetsOf(rule: Shape): readonly Shape[] {
  return shapesIn(rule, "Targets") ?? [];
}

export const scheduler: Readonly<Record<string, Handler>> = {
  ListSchedules(input, context) {
    const all = regional(context, "schedules").map(({ Name, GroupName = "default", State = "ENABLED", Target }) => ({
      Name,
      GroupName,
      State,
      Target: { Arn: typeof Target === "object" && Target !== null && "Arn" in Target ? Target["Arn"] : undefined },
    }));
    const { items, next } = paged(all, input, { size: "MaxResults", token: "NextToken", most: 100 });
    return { Schedules: items, NextToken: next };
  },
  GetSchedule(input, context) {
    const group = textIn(input, "GroupName") ?? "default";
    const found = regional(context, "schedules").find(
      (it) => it["Name"] === input["Name"] && (textIn(it, "GroupName") ?? "default") === group,
    );
    if (!found) throw new AwsError(404, "ResourceNotFoundException", `Schedule ${nameIn(input, "Name")} does not exist.`);
    return { GroupName: group, State: "ENABLED", ...shapeOf(found) };
  },
};

function arnOf({ account, region }: Context, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${account.id}:${resource}`;
}
