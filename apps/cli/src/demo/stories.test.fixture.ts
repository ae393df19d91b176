import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SimulatedAws, startAws } from "@posture/sandbox/aws";
import { type LocalSlack, startSlack } from "@posture/sandbox/slack";
import type { Browser, Locator } from "playwright-core";
import { z } from "zod";
import { startBot } from "./bot.ts";
import { colleague } from "./changes.ts";
import { type Look, openBrowser, settingsBetween, type Visit, visit } from "./browser.test.fixture.ts";

/** One bot with people of every role, whose findings go to two channels, and a browser before it. */
export interface Office {
  readonly aws: SimulatedAws;
  readonly slack: LocalSlack;
  readonly accountId: string;
  /** The channel `#infra`. */
  readonly infra: string;
  as(name: NonNullable<Look["as"]>, look?: Look): Promise<Visit>;
  api(method: string, body: object): Promise<Answer>;
  /** Opens SSH in these groups to the whole internet, or closes it again. */
  ssh(how: "open" | "closed", ...groups: readonly Group[]): void;
  close(): Promise<void>;
}

interface Answer {
  readonly ok: boolean;
  readonly [member: string]: unknown;
}
const Answer: z.ZodType<Answer> = z.looseObject({ ok: z.boolean() });
const Members = z.object({ members: z.array(z.object({ id: z.string(), name: z.string() })) });
const Channel = z.object({ channel: z.object({ id: z.string() }) });

export interface Group {
  readonly id: string;
  readonly name: string;
  readonly region: string;
}
export function groupOf(name: string, number: number, region = "eu-west-1"): Group {
  return { id: `sg-0d3b06aa11c2e4f${String(number).padStart(2, "0")}`, name, region };
}

/** Ends what was begun, the latest first. */
type Closing = (() => Promise<unknown>)[];

/** `hears`: whether AWS tells the bot of changes. */
export async function openOffice({ hears = false }: { readonly hears?: boolean } = {}): Promise<Office> {
  const closing: Closing = [];
  const close = async (): Promise<void> => {
    for (const end of closing.splice(0).toReversed()) await end();
  };
  try {
    return { ...(await furnished(closing, hears)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function furnished(closing: Closing, hears: boolean): Promise<Omit<Office, "close">> {
  const folder = await mkdtemp(join(tmpdir(), "posture-stories-"));
  closing.push(() => rm(folder, { recursive: true }));
  const aws = await startAws({ world: "demo" });
  closing.push(() => aws.close());
  const slack = await startSlack();
  closing.push(() => slack.close());
  const api = apiOf(slack);
  const infra = Channel.parse(await api("conversations.create", { name: "infra" })).channel.id;
  const config = join(folder, "posture.config.mjs");
  await writeFile(config, `export default ${JSON.stringify(configOf(await idsIn(api)))};`);
  const [account] = aws.world().accounts;
  if (hears) aws.tellChanges({ queue: "posture-events", region: "us-east-1", by: colleague(account?.id ?? "") });
  const bot = await startBot(
    {
      ...(await settingsBetween(aws, slack, folder)),
      eventQueue: hears ? `https://sqs.us-east-1.amazonaws.com/${account?.id ?? ""}/posture-events` : undefined,
      config,
    },
    () => {},
  );
  closing.push(() => bot.stop());
  const browser: Browser = await openBrowser();
  closing.push(() => browser.close());
  const accountId = account?.id ?? "";
  return {
    aws,
    slack,
    accountId,
    infra,
    api,
    as: (name, look = {}) => visit(browser, slack.url, { ...look, as: name }),
    ssh: (how, ...groups) =>
      aws.patchWorld({ accounts: [{ id: accountId, securityGroups: groups.map((it) => groupFrom(it, how, accountId)) }] }),
  };
}

function apiOf(slack: LocalSlack): Office["api"] {
  return async (method, body) => {
    const response = await fetch(`${slack.apiUrl}${method}`, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8", authorization: `Bearer ${slack.botToken}` },
      body: JSON.stringify(body),
    });
    const answer = Answer.parse(await response.json());
    if (!answer.ok) throw new Error(`${method}: ${JSON.stringify(answer)}`);
    return answer;
  };
}

async function idsIn(api: Office["api"]): Promise<(name: string) => string> {
  const { members } = Members.parse(await api("users.list", {}));
  return (name) => members.find((it) => it.name === name)?.id ?? "";
}

/** Criticals take two people; what is wrong with the network in America is for #infra. */
function configOf(idOf: (name: string) => string): object {
  return {
    suppressions: { approval: { critical: true } },
    slack: {
      roles: {
        viewer: ["everyone"],
        responder: [idOf("eva")],
        analyst: [idOf("ben")],
        approver: [idOf("cem")],
        admin: ["workspace-admins"],
      },
      routes: [{ name: "infra", when: { services: ["network"], regions: ["us-east-1"] }, channel: "#infra" }],
    },
  };
}

function groupFrom(
  { id, name, region }: Group,
  how: "open" | "closed",
  accountId: string,
): { readonly GroupId: string } & Readonly<Record<string, unknown>> {
  const ssh = { IpProtocol: "tcp", FromPort: 22, ToPort: 22, Ipv6Ranges: [], PrefixListIds: [], UserIdGroupPairs: [] };
  return {
    Region: region,
    GroupId: id,
    GroupName: name,
    Description: "Temporary access for debugging",
    OwnerId: accountId,
    VpcId: "vpc-0a1b2c3d4e5f60718",
    IpPermissions: [{ ...ssh, IpRanges: [{ CidrIp: how === "open" ? "0.0.0.0/0" : "10.20.0.0/16" }] }],
    IpPermissionsEgress: [],
    Tags: [],
  };
}

/** Chooses from a menu of a message, by what it shows. */
export async function choose({ page }: Visit, message: Locator, menu: string, choice: string | RegExp): Promise<void> {
  await message.getByRole("button", { name: menu }).click();
  await page.getByRole("listbox").getByRole("option", { name: choice }).first().click();
}

/** A sweep, asked for by one who may. */
export async function sweep(who: Visit): Promise<void> {
  const swept = who.message("Swept: ");
  const before = await swept.count();
  await who.say("/posture scan");
  await swept.nth(before).waitFor();
}
