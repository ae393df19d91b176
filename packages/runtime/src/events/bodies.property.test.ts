import { loadConfig } from "@posture/config";
import { affectedBy, type ChangeEvent, changeEventIn, eventsOf, GLOBAL, parseArn } from "@posture/core";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { firstPartyPlugins } from "../plugins.ts";
import { heardBy, touchedBy, type Touched } from "./targets.ts";

/* Whatever stands in the queue: it is work on resources of the watched account, or none. POSTURE_BODIES says how many are tried. */

const BODIES = Number(process.env["POSTURE_BODIES"] ?? 3000);
const SEED = Number(process.env["POSTURE_SEED"] ?? 20_261_125);
const ACCOUNT = "111122223333";
const OTHER = "999988887777";
const REGIONS = ["eu-west-1", "us-east-1"];
/** What SQS takes in one message, in bytes. Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const LARGEST = 1_048_576;
/** In milliseconds, for one message however large it is; a machine that does other things as well has time enough. */
const LONGEST = 5000;

let touch: (told: ChangeEvent) => readonly Touched[];
let heard: readonly { readonly source: string; readonly name: string }[];
beforeAll(async () => {
  const { checks } = await loadConfig({ folder: import.meta.dirname, defaults: firstPartyPlugins });
  const all = new Map(checks.map((it): [string, typeof it] => [it.check.id, it]));
  const hearing = heardBy(checks);
  touch = (told) => touchedBy(told, affectedBy(told.event, hearing), { checks: all, accounts: [{ accountId: ACCOUNT, regions: REGIONS }] });
  const named = checks.flatMap(({ check }) => eventsOf(check.resource, [check]));
  heard = [...new Map(named.map((it) => [JSON.stringify(it), it])).values()];
});

const arnOf = (service: string, resource: string, account = ACCOUNT, region = "eu-west-1"): string =>
  `arn:aws:${service}:${region}:${account}:${resource}`;
/** Names as resources have them, and as somebody would choose them who means no good. */
const NAMES = [
  "sg-0a1",
  "vol-0a1",
  "pl-0a1",
  "fs-0a1",
  "my-bucket",
  "alice",
  "ssh",
  "<!channel>",
  "<@U0EVIL>",
  "*bold* _and_ `code` <https://evil.example|AWS>",
  "‮gnp.exe‬",
  "⁦⁧​",
  "\u0000\u0007",
  "😀‍👩‍👧",
  "\ud800",
  "../../etc/passwd",
  "__proto__",
  "constructor",
  "",
  arnOf("iam", "user/alice", ACCOUNT, ""),
  arnOf("iam", "user/alice", OTHER, ""),
  arnOf("sns", "alerts"),
  arnOf("sns", "alerts", OTHER),
  arnOf("kinesis", "stream/clicks", OTHER),
  arnOf("rds", "db:orders", OTHER),
  arnOf("secretsmanager", "secret:app-a1B2c3", OTHER),
  arnOf("elasticfilesystem", "file-system/fs-1", OTHER),
  arnOf("elasticloadbalancing", "listener/app/web/0a1/0b2", OTHER),
  `https://sqs.eu-west-1.amazonaws.com/${OTHER}/jobs`,
  `https://sqs.eu-west-1.amazonaws.com/${ACCOUNT}/jobs`,
  "arn:aws:s3:::my-bucket",
];
const MEMBERS =
  "groupId groupName bucketName userName newUserName roleName policyArn topicArn queueUrl streamName streamARN secretId volumeId fileSystemId resourceId resourceName dBInstanceIdentifier dBClusterIdentifier listenerArn loadBalancerArn loadBalancerName prefixListId items resourcesSet groupSet instancesSet targetPrincipal accountId region ModifySecurityGroupRulesRequest GroupId __proto__ toString".split(
    " ",
  );
const name = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...NAMES) }, fc.string({ unit: "binary" }));
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 6, arbitrary: name },
    fc.constantFrom(null, 7, -0, true, 1e308),
    { weight: 2, arbitrary: fc.array(tie("value"), { maxLength: 4 }) },
    { weight: 3, arbitrary: fc.dictionary(fc.constantFrom(...MEMBERS), tie("value"), { maxKeys: 4 }) },
  ),
}));
const asked = fc.oneof({ weight: 9, arbitrary: fc.dictionary(fc.constantFrom(...MEMBERS), value, { maxKeys: 5 }) }, value);
const account = fc.oneof({ weight: 40, arbitrary: fc.constant(ACCOUNT) }, fc.constantFrom(OTHER, "", "1", `${ACCOUNT} `, null, 7));
const time = fc.oneof(
  { weight: 40, arbitrary: fc.constant("2026-11-24T10:00:00Z") },
  fc.constantFrom(
    "2099-01-01T00:00:00Z",
    "1970-01-01T00:00:00Z",
    "yesterday",
    "",
    "+275760-09-13T00:00:00.000Z",
    "-000001-01-01T00:00:00Z",
    0,
  ),
);
const nearly = fc
  .record({
    account,
    region: fc.oneof(
      { weight: 40, arbitrary: fc.constantFrom(...REGIONS) },
      fc.constantFrom("ap-south-2", "global", "", "eu-west-1\n", null),
    ),
    which: fc.nat(),
    other: fc.oneof({ weight: 12, arbitrary: fc.constant(null) }, fc.record({ source: name, name })),
    detail: fc.record(
      {
        eventID: fc.oneof({ weight: 30, arbitrary: fc.uuid() }, name),
        eventTime: time,
        requestParameters: asked,
        responseElements: asked,
        resources: value,
        userIdentity: fc.oneof(value, fc.record({ type: fc.constantFrom("Root", "IAMUser"), arn: name, accountId: account })),
        recipientAccountId: account,
        awsRegion: name,
        serviceEventDetails: value,
        additionalEventData: value,
      },
      { requiredKeys: ["eventID", "eventTime", "requestParameters"] },
    ),
  })
  .map(({ which, other, detail, ...rest }) => {
    const { source, name: eventName } = other ?? heard[which % heard.length] ?? { source: "", name: "" };
    const isAny = (it: string): boolean => it === "*";
    const told = { eventSource: isAny(source) ? "ec2.amazonaws.com" : source, eventName: isAny(eventName) ? "RunInstances" : eventName };
    return JSON.stringify({ ...rest, detail: { ...told, ...detail } });
  });
/** A body that something cut, doubled or wrote over. */
const torn = fc
  .tuple(nearly, fc.nat(), fc.nat(40), fc.constantFrom("", '"', "{", "}", "\\u0000", "\u202e", "null", '{"a":'))
  .map(([body, at, length, instead]) => {
    const from = at % (body.length + 1);
    return body.slice(0, from) + instead + body.slice(from + length);
  });
const body = fc.oneof({ weight: 30, arbitrary: nearly }, { weight: 4, arbitrary: torn }, fc.json(), fc.string({ unit: "binary" }));

const SAID = /^it is no CloudTrail record from EventBridge: [\w. ]+$/;
/** How it was taken: as no event, as an event that concerns nobody, or as one that does. */
function taken(written: string): "refused" | "ignored" | "touched" {
  const begun = performance.now();
  const told = changeEventIn(written, "aws");
  if ("problem" in told) {
    expect(told.problem).toMatch(SAID);
    return "refused";
  }
  const touched = touch(told);
  expect(performance.now() - begun).toBeLessThan(LONGEST);
  for (const { refs, selectors, checkIds } of touched) {
    expect(checkIds.size).toBeGreaterThan(0);
    for (const { arn, accountId, region } of refs) {
      expect([accountId, told.event.accountId]).toEqual([ACCOUNT, ACCOUNT]);
      expect([ACCOUNT, ""]).toContain(parseArn(arn)?.accountId);
      expect([GLOBAL, ...REGIONS]).toContain(region);
    }
    for (const it of selectors) expect(it.accountId).toBe(ACCOUNT);
  }
  return touched.length > 0 ? "touched" : "ignored";
}

describe("whatever comes out of the queue", () => {
  test(`is work on the watched account, or none: ${BODIES} bodies, seed ${SEED}`, () => {
    const counts = { refused: 0, ignored: 0, touched: 0 };
    fc.assert(
      fc.property(body, (written) => {
        counts[taken(written)] += 1;
      }),
      { numRuns: BODIES, seed: SEED },
    );
    if (process.env["POSTURE_BODIES"] !== undefined) console.info(JSON.stringify({ seed: SEED, ...counts }));
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(BODIES / 20);
  });
  const of = (requestParameters: string, eventName = "AuthorizeSecurityGroupIngress"): string =>
    `{"account":"${ACCOUNT}","region":"eu-west-1","detail":{"eventID":"e","eventName":"${eventName}","eventSource":"ec2.amazonaws.com","eventTime":"2026-11-24T10:00:00Z","requestParameters":${requestParameters}}}`;
  test.each([
    ["nested as deep as it can be", of(`{"groupId":"sg-1","a":${"[".repeat(500_000)}${"]".repeat(500_000)}}`)],
    ["nested as deep as it can be where names are", of(`{"groupId":${'{"items":['.repeat(80_000)}"sg-1"${"]}".repeat(80_000)}}`)],
    [
      "naming a thousand and more groups",
      of(`{"groupSet":{"items":[${Array.from({ length: 30_000 }, (_, i) => `{"groupId":"sg-${i}"}`).join(",")}]}}`),
    ],
    ["with one name as long as it can be", of(`{"groupId":"sg-${"1".repeat(1_000_000)}"}`)],
    ["with many members", of(`{${Array.from({ length: 60_000 }, (_, i) => `"m${i}":1`).join(",")}}`)],
    ["repeating what makes patterns slow", of(`{"groupName":"${"a.".repeat(500_000)}"}`)],
    [
      "tagging many resources",
      of(`{"resourcesSet":{"items":[${Array.from({ length: 30_000 }, (_, i) => `{"resourceId":"vol-${i}"}`).join(",")}]}}`, "CreateTags"),
    ],
  ])("is taken in a moment, %s", (_, written) => {
    expect(written.length).toBeLessThan(LARGEST + 200_000);
    expect(["refused", "ignored", "touched"]).toContain(taken(written));
  });
});
