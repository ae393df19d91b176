import { type Check, defineCheck, type Instant, type Reading } from "@posture/core";
import {
  countedInterfaces,
  countedReferences,
  type GroupUsage,
  type IdleOptions,
  type IdleUsage,
  securityGroup,
  type UsageOptions,
} from "@posture/resources-aws/ec2";
import { z } from "zod";

/** What names a group and has no network interface while it does not run: the word for it in the parameter, and the facet. */
const EXTRA = {
  autoscaling: "launchConfigurations",
  batch: "computeEnvironments",
  codebuild: "buildProjects",
  glue: "glueConnections",
  ecs: "containerServices",
  events: "scheduledTasks",
  scheduler: "schedules",
} as const satisfies Record<string, keyof IdleUsage>;
const SERVICES = ["autoscaling", "batch", "codebuild", "glue", "ecs", "events", "scheduler"] as const;

const Params = z.object({
  graceMinutes: z.int().min(0).default(60).describe("A group that is new is left alone for so long."),
  onProbeDenied: z
    .enum(["unknown", "ignore"])
    .default("unknown")
    .describe(
      "What a denied look at launch templates, functions, shares, peers and `extraProbes` means: that it is not known, or that nothing was found.",
    ),
  extraProbes: z
    .array(z.enum(SERVICES))
    .default([...SERVICES])
    .describe(
      "Services that are asked what would use the group once it runs: launch configurations, Batch environments, CodeBuild projects, Glue connections, ECS services, rules and schedules of EventBridge that start ECS tasks. What is left out is not asked, and the finding says so.",
    ),
  countDetachedInterfaces: z.boolean().default(true).describe("A network interface that is attached to nothing is a use."),
  treatMutualReferenceAsUnused: z.boolean().default(false).describe("Two groups that refer to each other do not keep each other in use."),
  ignoreNamePatterns: z.array(z.string().min(1)).default([]).describe("Names of groups that are left out: `ElasticMapReduce-*`."),
});
type Params = z.output<typeof Params>;

/** Where use is looked for, in the order in which the facets are read. */
const SOURCES = {
  references: "rules of other groups",
  interfaces: "network interfaces",
  databases: "databases",
  launchTemplates: "launch templates",
  functions: "functions",
  shares: "shares with other accounts",
  peers: "peered VPCs",
  launchConfigurations: "launch configurations",
  computeEnvironments: "Batch environments",
  buildProjects: "CodeBuild projects",
  glueConnections: "Glue connections",
  containerServices: "ECS services",
  scheduledTasks: "rules of EventBridge that start ECS tasks",
  schedules: "schedules of EventBridge Scheduler that start ECS tasks",
} as const satisfies Record<keyof (GroupUsage & IdleUsage), string>;
type Source = keyof typeof SOURCES;
const IDLE = SERVICES.map((service) => EXTRA[service]);
const ALWAYS: readonly Source[] = ["references", "interfaces", "databases", "launchTemplates", "functions", "shares", "peers"];
const NAMES: readonly Source[] = [...ALWAYS, ...IDLE];
/** Which of them may be denied by choice. */
const PROBES: readonly Source[] = ["launchTemplates", "functions", "shares", "peers", ...IDLE];

type Readings = { readonly [K in Source]: Reading<(GroupUsage & IdleUsage)[K]> };

/** Source: https://docs.aws.amazon.com/vpc/latest/userguide/deleting-security-groups.html */
export const unused: Check = defineCheck({
  id: "security-group/unused",
  title: "Security group is not in use",
  risk: "Nobody looks after its rules, and they act again as soon as somebody attaches it.",
  severity: "low",
  categories: ["network"],
  frameworks: { "aws-security-hub": ["EC2.22"] },
  resource: securityGroup,
  needs: ["group"],
  mayNeed: [
    "references",
    "interfaces",
    "databases",
    "launchTemplates",
    "functions",
    "shares",
    "peers",
    "launchConfigurations",
    "computeEnvironments",
    "buildProjects",
    "glueConnections",
    "containerServices",
    "scheduledTasks",
    "schedules",
  ],
  params: Params,
  ask: (params) => {
    const counting = countingOf(params);
    return {
      interfaces: counting,
      databases: counting,
      launchTemplates: counting,
      functions: counting,
      shares: counting,
      peers: counting,
      launchConfigurations: asking(params, "autoscaling"),
      computeEnvironments: asking(params, "batch"),
      buildProjects: asking(params, "codebuild"),
      glueConnections: asking(params, "glue"),
      containerServices: asking(params, "ecs"),
      scheduledTasks: asking(params, "events"),
      schedules: asking(params, "scheduler"),
    };
  },
  messages: { unused: "Security group {group} is not in use." },
  remediation: {
    steps: [
      "Confirm with the owner of {name} that nothing which runs at times, or is scaled to zero, needs it.",
      "Search infrastructure code for the id.",
      "Remove rules of other groups that refer to it.",
      {
        text: "Delete it; AWS refuses (DependencyViolation) if something still uses it, which does no harm.",
        command: "aws ec2 delete-security-group --region {region} --group-id {name}",
      },
      "If it must stay, suppress the finding with a reason.",
      "Re-check the finding.",
    ],
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/deleting-security-groups.html",
  },
  evaluate({ name, accountId, group, seen, ...readings }, { params, now, pass, fail, notApplicable, unknown }) {
    if (group.ownerId !== accountId) return notApplicable(`The group is shared by account ${group.ownerId} and judged there.`);
    if (group.groupName === "default") return notApplicable("The group of the name default cannot be deleted.");
    if (params.ignoreNamePatterns.some((pattern) => isLike(group.groupName, pattern)))
      return notApplicable(`Groups called ${group.groupName} are left out by configuration.`);

    const label = `${group.groupName} (${name})`;
    const use = usedBy(readings, countingOf(params));
    if (use)
      return pass({ evidence: { group: label, usedBy: SOURCES[use.source], which: use.which.slice(0, SHOWN), ...mutual(readings) } });
    const asked = NAMES.filter((source) => isAsked(source, params));
    const unread = asked.filter((source) => isInTheWay(source, readings[source], params));
    const [first] = unread;
    if (first !== undefined) return unknown(reasonOf(readings[first]), ...([first, ...unread.slice(1)] as const));
    if (!seen.baseline && minutesAfter(seen.first, params.graceMinutes) > now) return notApplicable("The group is new.");
    const consulted = asked.filter((source) => readings[source].state === "known");
    const others = NAMES.filter((source) => !consulted.includes(source)).map((source) => SOURCES[source]);
    return fail("unused", {
      evidence: { group: label, vpc: group.vpcId, consulted: consulted.map((source) => SOURCES[source]) },
      notes: [`Not looked at: ${[...others, ...NOBODY_LOOKS].join(", ")}.`],
    });
  },
});

const SHOWN = 5;

/** What may name a group and has no network interface while it does not run, and that no facet tells. */
const NOBODY_LOOKS = ["SageMaker", "EMR"];

function countingOf({ countDetachedInterfaces, treatMutualReferenceAsUnused }: Params): UsageOptions {
  return { countDetachedInterfaces, countMutualReferences: !treatMutualReferenceAsUnused };
}

function asking(params: Params, service: Params["extraProbes"][number]): IdleOptions {
  return { ...countingOf(params), isWanted: params.extraProbes.includes(service) };
}

function isAsked(source: Source, { extraProbes }: Params): boolean {
  return ALWAYS.includes(source) || extraProbes.some((service) => EXTRA[service] === source);
}

/** The first source that shows a use, and what uses it. */
function usedBy(readings: Readings, counting: UsageOptions): { readonly source: Source; readonly which: readonly string[] } | null {
  const found = NAMES.map((source) => ({ source, which: usersIn(source, readings, counting) }));
  return found.find(({ which }) => which.length > 0) ?? null;
}

function usersIn(source: Source, readings: Readings, counting: UsageOptions): readonly string[] {
  switch (source) {
    case "references":
      return countedReferences(valueOf(readings.references), counting).map(({ groupId }) => groupId);
    case "interfaces":
      return countedInterfaces(valueOf(readings.interfaces), counting).map(({ id }) => id);
    default:
      return valueOf(readings[source]) ?? [];
  }
}

function valueOf<T>(reading: { readonly state: string } | { readonly state: "known"; readonly value: T }): T | null {
  return "value" in reading ? reading.value : null;
}

/** Only groups that refer back refer to it. */
function mutual({ references }: Readings): { readonly mutualReferenceOnly?: true } {
  const found = valueOf(references);
  return found !== null && found.length > 0 && found.every(({ isMutual }) => isMutual) ? { mutualReferenceOnly: true } : {};
}

/** Could what was not read be a use? */
function isInTheWay(source: Source, { state, ...rest }: Readings[Source], { onProbeDenied }: Params): boolean {
  if (state === "known") return false;
  const isDenied = "reason" in rest && rest.reason === "denied";
  return !(isDenied && onProbeDenied === "ignore" && PROBES.includes(source));
}

function reasonOf(reading: Readings[Source]): "not-ready" | Extract<Readings[Source], { state: "unreadable" }>["reason"] {
  return reading.state === "unreadable" ? reading.reason : "not-ready";
}

function minutesAfter(instant: Instant, minutes: number): Instant {
  return new Date(Date.parse(instant) + minutes * 60_000).toISOString();
}

/** `*` stands for anything, and nothing else is special. */
function isLike(name: string, pattern: string): boolean {
  const escaped = pattern.split("*").map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${escaped.join(".*")}$`).test(name);
}
