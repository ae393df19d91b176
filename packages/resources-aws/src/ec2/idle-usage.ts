import type { Conditional, FacetSpec, KnownOf, ResourceRef } from "@posture/core";
import { z } from "zod";
import { callsTo, eventsFrom } from "../declaring.ts";
import { counting, type UsageOptions, whyKnown } from "./group-usage.ts";
import type { SecurityGroup } from "./security-group.ts";

export interface IdleOptions extends UsageOptions {
  /** Does a check want to know it? Nobody looks otherwise. */
  readonly isWanted: boolean;
}
type Users = Conditional<readonly string[], IdleOptions>;

/**
 * What names a security group and holds no network interface as long as nothing of it runs, in the order in which it is looked for: after
 * everything else, and only where a check asks for it.
 */
export interface IdleUsage {
  /** Names of launch configurations of Auto Scaling. */
  launchConfigurations: Users;
  /** ARNs of compute environments of Batch. */
  computeEnvironments: Users;
  /** Names of projects of CodeBuild. */
  buildProjects: Users;
  /** Names of connections of Glue. */
  glueConnections: Users;
  /** ARNs of services of ECS, also of those that want no task. */
  containerServices: Users;
  /** Rules of EventBridge that start a task of ECS, as "bus/rule". */
  scheduledTasks: Users;
  /** Schedules of EventBridge Scheduler that start a task of ECS, as "group/schedule". */
  schedules: Users;
}

type Idle = { readonly [K in keyof IdleUsage]: FacetSpec<SecurityGroup, K> };

const BEFORE = ["group", "references", "interfaces", "databases", "launchTemplates", "functions", "shares", "peers"] as const;
const ecs = callsTo("ecs");
const events = callsTo("eventbridge", "events");

/** What all of them have in common. */
const common = {
  schema: z.array(z.string().min(1)),
  options: {
    default: { ...counting.default, isWanted: true },
    union: (a: IdleOptions, b: IdleOptions): IdleOptions => ({ ...counting.union(a, b), isWanted: a.isWanted || b.isWanted }),
  },
  moot: (ref: ResourceRef, known: KnownOf<SecurityGroup>, options: IdleOptions): string | null =>
    options.isWanted ? whyKnown(ref, known, options) : "no check asks for it",
};

export const idleFacets: Idle = {
  launchConfigurations: {
    ...common,
    read: [callsTo("autoscaling")("DescribeLaunchConfigurations")],
    changedBy: eventsFrom("autoscaling")("CreateLaunchConfiguration", "DeleteLaunchConfiguration"),
    after: BEFORE,
  },
  computeEnvironments: {
    ...common,
    read: [callsTo("batch")("DescribeComputeEnvironments")],
    changedBy: eventsFrom("batch")("CreateComputeEnvironment", "UpdateComputeEnvironment", "DeleteComputeEnvironment"),
    after: [...BEFORE, "launchConfigurations"],
  },
  buildProjects: {
    ...common,
    read: [callsTo("codebuild")("ListProjects"), callsTo("codebuild")("BatchGetProjects")],
    changedBy: eventsFrom("codebuild")("CreateProject", "UpdateProject", "DeleteProject"),
    after: [...BEFORE, "launchConfigurations", "computeEnvironments"],
  },
  glueConnections: {
    ...common,
    read: [callsTo("glue")("GetConnections")],
    changedBy: eventsFrom("glue")("CreateConnection", "UpdateConnection", "DeleteConnection", "BatchDeleteConnection"),
    after: [...BEFORE, "launchConfigurations", "computeEnvironments", "buildProjects"],
  },
  containerServices: {
    ...common,
    read: [ecs("ListClusters"), ecs("ListServices"), ecs("DescribeServices")],
    changedBy: eventsFrom("ecs")("CreateService", "UpdateService", "DeleteService", "CreateTaskSet", "DeleteTaskSet"),
    after: [...BEFORE, "launchConfigurations", "computeEnvironments", "buildProjects", "glueConnections"],
  },
  scheduledTasks: {
    ...common,
    read: [ecs("ListClusters"), events("ListEventBuses"), events("ListRuleNamesByTarget"), events("ListTargetsByRule")],
    // A rule has no targets when it is deleted.
    changedBy: eventsFrom("events")("PutTargets", "RemoveTargets"),
    after: [...BEFORE, "launchConfigurations", "computeEnvironments", "buildProjects", "glueConnections", "containerServices"],
  },
  schedules: {
    ...common,
    read: [callsTo("scheduler")("ListSchedules"), callsTo("scheduler")("GetSchedule")],
    changedBy: eventsFrom("scheduler")("CreateSchedule", "UpdateSchedule", "DeleteSchedule", "DeleteScheduleGroup"),
    after: [
      ...BEFORE,
      "launchConfigurations",
      "computeEnvironments",
      "buildProjects",
      "glueConnections",
      "containerServices",
      "scheduledTasks",
    ],
  },
};
