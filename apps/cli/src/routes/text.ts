import type { Destination, QuietHours, ResolvedRoute, RouteStep } from "@posture/config";
import type { Instant, Severity } from "@posture/core";
import { out } from "../colours.ts";
import { type Column, paragraph, table } from "../table.ts";
import { severityColour, severityText } from "../words.ts";

/* How routes read. Pure. */

/** What `posture routes --format json` prints. */
export interface ListedRoutes {
  /** In the order in which they are asked. `unreached`: why no finding ever comes to it; `null`: some may. */
  readonly routes: readonly (ResolvedRoute & { readonly unreached: string | null })[];
  /** Where what no route takes is told. */
  readonly otherwise: Destination;
}

/** What `posture routes test --format json` prints. */
export interface RouteTest {
  readonly at: Instant;
  readonly finding: {
    readonly check: string;
    readonly severity: Severity;
    readonly account: string;
    readonly accountName: string | null;
    readonly region: string;
    /** `null`: nobody has read them. */
    readonly tags: Readonly<Record<string, string>> | null;
    /** Who made the change after which it failed; `null`: nobody says. */
    readonly changedBy: string | null;
  };
  readonly steps: readonly RouteStep[];
  readonly destinations: readonly (Destination & {
    readonly hasOwnMessage: boolean;
    /** Who says whom to mention, or why nobody is. */
    readonly ownerBecause: string;
    /** `null`: what is due is sent at once. */
    readonly waitsUntil: Instant | null;
  })[];
}

type Row = Pick<ListedRoutes["routes"][number], "name" | "unreached"> & {
  readonly when: string;
  readonly channel: string;
  readonly does: string;
};

const COLUMNS: readonly Column<Row>[] = [
  { head: "Route", text: ({ name }) => name, colour: out.bold, flexible: 1 },
  { head: "Findings", text: ({ when }) => when, flexible: 3 },
  { head: "Channel", text: ({ channel }) => channel, flexible: 1 },
  { head: "How", text: ({ does }) => does, colour: out.dim, flexible: 3 },
];

export function routesText({ routes, otherwise }: ListedRoutes, width: number): string {
  const rows: Row[] = [
    ...routes.map((it) => ({ ...it, when: conditionText(it.when), does: howText(it) })),
    {
      name: "",
      unreached: null,
      when: routes.length === 0 ? "every finding" : "all others",
      channel: channelText(otherwise.channel),
      does: howText({ ...otherwise, continues: false }),
    },
  ];
  const warnings = routes.flatMap(({ name, unreached }) =>
    unreached === null ? [] : [out.yellow(paragraph(`Nothing ever comes to ${name}: ${unreached}.`, width))],
  );
  return `${[table(COLUMNS, rows, width), ...warnings].join("\n")}\n`;
}

function channelText(channel: string | null): string {
  return channel ?? "the bot's (SLACK_CHANNEL)";
}

function conditionText(when: ResolvedRoute["when"]): string {
  const lists = {
    severity: when.severities,
    account: when.accounts,
    unit: when.organizationalUnits,
    region: when.regions,
    check: when.checks,
    service: when.services,
    framework: when.frameworks,
  };
  const parts = Object.entries(lists).flatMap(([name, list]) => (list ? [`${name} ${list.join(" or ")}`] : []));
  const tags = Object.entries(when.tags ?? {}).map(([key, values]) => `tag ${key}=${values.join(" or ")}`);
  return [...parts, ...tags].join(", ") || "every finding";
}

function howText({
  own,
  owner,
  broadcast,
  quiet,
  continues,
}: Pick<ResolvedRoute, "own" | "owner" | "broadcast" | "quiet" | "continues">): string {
  return [
    own.length === 0 ? "no messages of their own" : `messages of their own: ${own.join(", ")}`,
    ...(owner === null ? [] : [`mentions ${owner}`]),
    ...(broadcast ? [] : ["reopenings in the thread alone"]),
    ...(quiet ? [`quiet ${quietText(quiet)}`] : []),
    ...(continues ? ["then the next is asked"] : []),
  ].join("; ");
}

function quietText({ from, to, timeZone, days }: QuietHours): string {
  return `${from} to ${to}${days ? `, and all of ${days.join(", ")}` : ""} (${timeZone})`;
}

export function routeTestText({ finding, steps, destinations }: RouteTest, width: number): string {
  const lines = [
    `${severityColour(finding.severity, severityText(finding.severity))}  ${out.bold(finding.check)}`,
    ...rowsText(factsOf(finding), width),
    "",
    out.bold("Routes"),
    ...(steps.length === 0 ? ["  none: every finding goes to one channel"] : steps.map((step) => paragraph(stepText(step), width, 2))),
    "",
    ...destinations.flatMap((it, i) => [...(i > 0 ? [""] : []), ...destinationLines(it, finding.severity, width)]),
  ];
  return `${lines.join("\n")}\n`;
}

type Rows = readonly (readonly [string, string])[];

function factsOf({ account, accountName, region, tags, changedBy }: RouteTest["finding"]): Rows {
  const listed = Object.entries(tags ?? {}).map(([key, value]) => `${key}=${value}`);
  return [
    ["Where", `account ${account}${accountName === null ? "" : ` (${accountName})`}, region ${region}`],
    ["Tags", tags === null ? "nobody has read them" : listed.join(", ") || "none"],
    ...(changedBy === null ? [] : ([["Changed", `by ${changedBy}`]] as const)),
  ];
}

function stepText({ route, channel, answer, continues, because }: RouteStep): string {
  const why = because.length > 0 ? because.join("; ") : "it takes every finding";
  const next = continues ? "; then the next is asked" : "";
  switch (answer) {
    case "matched":
      return `${out.green("✓")} ${out.bold(route)} → ${channel}: ${why}${next}`;
    case "repeated":
      return `${out.green("✓")} ${out.bold(route)} → ${channel}, where it is told already: ${why}${next}`;
    case "not-matched":
      return `${out.red("✗")} ${out.bold(route)}: ${why}`;
    case "not-asked":
      return out.dim(`– ${route}: not asked any more`);
  }
}

function destinationLines(it: RouteTest["destinations"][number], severity: Severity, width: number): readonly string[] {
  const { channel, route, own, hasOwnMessage, owner, ownerBecause, broadcast } = it;
  const rows: Rows = [
    [
      "Message",
      hasOwnMessage
        ? "one of its own"
        : `in digests and lists; ${own.length > 0 ? `${own.join(" and ")} alone have` : "none has"} a message of its own here`,
    ],
    ["Mentions", `${owner ?? "nobody"}: ${ownerBecause}`],
    ["Quiet", quietNow(it, severity)],
    ["Reopening", broadcast ? "told in the channel too" : "told in the thread alone"],
  ];
  return [
    `${out.bold(channelText(channel))}${out.dim(route === null ? ", since no route matched" : `, by ${route}`)}`,
    ...rowsText(rows, width),
  ];
}

function quietNow({ quiet, waitsUntil }: RouteTest["destinations"][number], severity: Severity): string {
  if (quiet === null) return "never";
  const now = severity === "critical" ? "criticals do not wait" : waitsUntil === null ? "not now" : `messages wait until ${waitsUntil}`;
  return `${quietText(quiet)}; ${now}`;
}

const NAMES = 12;

function rowsText(rows: Rows, width: number): readonly string[] {
  return rows.map(([name, value]) => `  ${out.dim(name.padEnd(NAMES - 2))}${paragraph(value, width, NAMES).slice(NAMES)}`);
}
