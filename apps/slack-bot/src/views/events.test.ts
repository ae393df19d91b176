import { plus } from "@posture/core";
import { EVENTS_OFF, type EventsHealth } from "@posture/runtime";
import { describe, expect, test } from "vitest";
import { AT, CHANGE, modelOf, listed, NOW, summaryOf } from "../finding.test.fixture.ts";
import { homeOf } from "../home/model.test.fixture.ts";
import { homeView } from "../home/view.ts";
import { eventsSections } from "./events.ts";
import { findingMessage } from "./finding.ts";
import { problemsOf } from "./limits.ts";
import { statusMessage } from "./status.ts";

const LISTENING: EventsHealth = {
  ...EVENTS_OFF,
  state: "listening",
  queue: "https://sqs.eu-west-1.amazonaws.com/111122223333/changes",
  since: AT,
  latest: { change: CHANGE, receivedAt: NOW },
  delay: { median: 4000, longest: 9000 },
  silent: [],
  waiting: 3,
};
const TROUBLE: EventsHealth = { ...LISTENING, state: "trouble", trouble: { why: "The queue is not there. Make it.", since: AT } };

function textOf(health: EventsHealth, sweptFrom: string | null = null): string {
  const elements = eventsSections(health, sweptFrom === null ? null : { begunAt: sweptFrom }, NOW).flatMap((it) => it.elements);
  return elements.map((it) => (it.type === "text" ? it.text : it.type === "date" ? it.fallback : "")).join("");
}

describe("how it stands with change events is said", () => {
  test("where no queue is configured, with what makes one", () => {
    expect(textOf(EVENTS_OFF)).toBe(
      "Change events No queue is configured: changes are seen by the next sweep. posture events template prints what makes one.",
    );
  });
  test("by a bot that does not lead, which knows nothing of the latest", () => {
    expect(textOf({ ...LISTENING, state: "idle", since: null })).toBe("Change events This bot stands by: the one that leads listens.");
  });
  test("while it listens: since when, how many wait, the latest change and how fast they are read", () => {
    const text = textOf(LISTENING);
    expect(text).toMatch(/^Change events Listening since .+; about 3 messages wait in the queue\./);
    expect(text).toContain("Latest change PutBucketAcl by ana@example.com, under a minute ago; half of the latest were read within 4 s");
    expect(textOf({ ...LISTENING, waiting: 1 })).toContain("about 1 message waits");
  });
  test.each([0, null])("and nothing of the queue where %s wait in it", (waiting) => {
    expect(textOf({ ...LISTENING, waiting })).not.toContain("queue");
  });
  test("while it listens and nothing came", () => {
    expect(textOf({ ...LISTENING, latest: null, delay: null })).toContain("No change of what is watched has come since.");
  });
  test("with a change that came late, and whether a sweep has looked since for what else was missed", () => {
    const made = plus(NOW, -3 * 3_600_000);
    const late: EventsHealth = { ...LISTENING, late: { change: { ...CHANGE, at: made }, receivedAt: NOW } };
    expect(textOf(late, plus(made, -1))).toMatch(
      /Told late PutBucketAcl came 3 h after the call in AWS, at .+ not known yet: a sweep follows by itself\.$/,
    );
    expect(textOf(late, plus(made, 1))).toMatch(/The last sweep has looked for what else may have been missed\.$/);
    const long = { change: { ...CHANGE, at: plus(made, -24 * 3_600_000) }, receivedAt: plus(NOW, -24 * 3_600_001) };
    expect(textOf({ ...LISTENING, late: long }, made)).not.toContain("Told late");
  });
  test("with what sweeps found and no event told of, and where to look, by each bot that has a queue", () => {
    const place = { accountId: "111122223333", type: "AWS::EC2::SecurityGroup", region: "eu-west-1", changes: 3, latest: AT };
    const said = (state: EventsHealth["state"]): string =>
      eventsSections({ ...LISTENING, state }, { begunAt: AT, unheard: [place] }, NOW)
        .flatMap((it) => it.elements)
        .map((it) => (it.type === "text" ? it.text : ""))
        .join("");
    expect(said("listening")).toMatch(
      /Not told of sweeps found 3 changes that no event told of, in eu-west-1; .*See that the trail logs management events in eu-west-1, print/,
    );
    expect([said("idle").includes("3 changes"), said("off").includes("3 changes")]).toEqual([true, false]);
  });
  test("with the accounts of which nothing came for more than an hour, while something came of others", () => {
    const silent = ["222233334444", "333344445555"];
    const later = new Date(Date.parse(AT) + 2 * 60 * 60_000).toISOString();
    const said = (health: EventsHealth, at: string): string => JSON.stringify(eventsSections(health, null, at));
    const words = "No change has come since from 222233334444, 333344445555: nothing was changed there, or its rules are not deployed.";
    expect(said({ ...LISTENING, silent }, later)).toContain(words);
    expect(said({ ...LISTENING, silent }, AT)).not.toContain("No change has come since from");
    expect(said({ ...TROUBLE, silent }, later)).not.toContain("No change has come since from");
    expect(said({ ...LISTENING, silent: Array.from({ length: 8 }, () => "222233334444") }, later)).toContain(" and 3 more: ");
  });
  test("in trouble: why, and since when", () => {
    expect(textOf(TROUBLE)).toMatch(
      /^Change events ⚠️ They have not got through since .+ wait in the queue\.The queue is not there\. Make it\./,
    );
  });
  test("with the names of settings and commands as code, wherever an error has them", () => {
    const why = "The queue is denied. `posture permissions` has `events`.";
    const [, told] = eventsSections({ ...TROUBLE, trouble: { why, since: AT } }, null, NOW);
    expect(told?.elements).toEqual([
      { type: "text", text: "The queue is denied. " },
      { type: "text", text: "posture permissions", style: { code: true } },
      { type: "text", text: " has " },
      { type: "text", text: "events", style: { code: true } },
      { type: "text", text: "." },
    ]);
  });
  test("with a delay that is counted in hours where it is hours", () => {
    expect(textOf({ ...LISTENING, delay: { median: 20 * 3_600_000, longest: 30 * 3_600_000 } })).toContain("read within 20 h of the call");
  });
});

describe("what is said of change events", () => {
  const ofStatus = (events: EventsHealth): ReturnType<typeof statusMessage> =>
    statusMessage({
      summary: summaryOf({
        lastSweep: { id: "s", begunAt: AT, finishedAt: NOW, accounts: [], coverage: [], undecided: [], unread: [], calls: 1 },
      }),
      trouble: null,
      unspoken: [],
      events,
      checks: 1,
      versions: { posture: "1", node: "26" },
    });
  test("stands in the status, whose title says it where they do not get through", () => {
    expect(ofStatus(LISTENING).text).toBe("Posture status: everything was read.");
    expect(JSON.stringify(ofStatus(LISTENING).blocks)).toContain("Latest change");
    expect(ofStatus(TROUBLE).text).toBe("Posture status: change events do not get through.");
    expect(problemsOf(ofStatus(TROUBLE).blocks)).toEqual([]);
  });
  test("stands in the Home tab", () => {
    expect(JSON.stringify(homeView(homeOf({ events: TROUBLE })).blocks)).toContain("The queue is not there. Make it.");
    expect(JSON.stringify(homeView(homeOf()).blocks)).toContain("No queue is configured");
  });
});

describe("a finding's message says after which change", () => {
  test("it is open, also on a telephone", () => {
    const { text, blocks } = findingMessage(modelOf(listed("open", { changed: CHANGE })));
    expect(text).toMatch(/\(after PutBucketAcl by ana@example\.com\)$/);
    expect(JSON.stringify(blocks)).toMatch(/"After ".*"PutBucketAcl".*" by ana@example\.com"/);
    expect(JSON.stringify(blocks)).not.toContain("assumed-role");
  });
  test("it was resolved", () => {
    expect(JSON.stringify(findingMessage(modelOf(listed("resolved", { changed: CHANGE }))).blocks)).toContain('"Resolved after "');
  });
  test("and nothing where nobody knows", () => {
    expect(JSON.stringify(findingMessage(modelOf(listed()))).toLowerCase()).not.toContain('"after "');
  });
});
