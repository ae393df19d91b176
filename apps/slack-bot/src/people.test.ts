import { resolveRoles } from "@posture/config";
import pino from "pino";
import { describe, expect, test, vi } from "vitest";
import { People } from "./people.ts";
import type { Rules, Verdict } from "./roles/may.ts";
import { kindOf, type Who } from "./slack/people.ts";

const log = pino({ level: "silent" });
const MINUTE = 60_000;

/** Slack's answers, of which each test says what they are, and how often it was asked. */
function asking(given: { who?: () => Promise<Who>; members?: (list: string) => Promise<ReadonlySet<string>> } = {}): {
  readonly may: (deed?: "suppress" | "recheck", rules?: Rules) => Promise<Verdict>;
  readonly asked: string[];
  readonly pass: (milliseconds: number) => void;
} {
  const asked: string[] = [];
  let at = 0;
  const person = (id: string): Promise<Who> => {
    asked.push(id);
    return given.who?.() ?? Promise.resolve({ id, kind: "member" });
  };
  const members = (list: string): Promise<ReadonlySet<string>> => {
    asked.push(list);
    return given.members?.(list) ?? Promise.resolve(new Set(["U0ANA"]));
  };
  const people = new People({ person, members }, () => at, log);
  return { may: (deed = "suppress", rules = RULES) => people.mayDo("U0ANA", deed, false, rules), asked, pass: (ms) => void (at += ms) };
}
const RULES: Rules = { roles: resolveRoles({ responder: ["everyone"], analyst: ["S0SECOPS", "C0ONCALL"] }), approvers: null };

describe("Slack is asked", () => {
  test("about lists only where they make a difference", async () => {
    const { may, asked } = asking();
    expect(await may("recheck")).toEqual({ kind: "yes" });
    expect(asked).toEqual(["U0ANA"]);
    expect(await may("suppress")).toEqual({ kind: "yes" });
    expect(asked).toEqual(["U0ANA", "S0SECOPS", "C0ONCALL"]);
  });
  test("once in five minutes, and then again: who has left a list has lost its role", async () => {
    let members = new Set(["U0ANA"]);
    const { may, asked, pass } = asking({ members: () => Promise.resolve(members) });
    expect(await may()).toEqual({ kind: "yes" });
    members = new Set();
    pass(5 * MINUTE - 1);
    expect(await may()).toEqual({ kind: "yes" });
    expect(asked).toHaveLength(3);
    pass(1);
    expect(await may()).toMatchObject({ kind: "refused", why: "role" });
    expect(asked).toHaveLength(6);
  });
  test("once where many ask at the same time", async () => {
    const { may, asked } = asking();
    await Promise.all([may(), may(), may()]);
    expect(asked).toEqual(["U0ANA", "S0SECOPS", "C0ONCALL"]);
  });
});

describe("nobody may", () => {
  test("while Slack does not say who they are; it is asked again the next time", async () => {
    let down = true;
    const { may } = asking({
      who: () => (down ? Promise.reject(new Error("ECONNRESET")) : Promise.resolve({ id: "U0ANA", kind: "member" })),
    });
    expect(await may()).toEqual({ kind: "unsure", isIn: [] });
    down = false;
    expect(await may()).toEqual({ kind: "yes" });
  });
  test("where one list is not given and the other does not have them", async () => {
    const { may } = asking({
      members: (list) => (list === "S0SECOPS" ? Promise.reject(new Error("missing_scope")) : Promise.resolve(new Set())),
    });
    expect(await may()).toEqual({ kind: "unsure", isIn: ["S0SECOPS"] });
  });
  test("but may where the other has them", async () => {
    const { may } = asking({
      members: (list) => (list === "S0SECOPS" ? Promise.reject(new Error("missing_scope")) : Promise.resolve(new Set(["U0ANA"]))),
    });
    expect(await may()).toEqual({ kind: "yes" });
  });
  test("where Slack takes more than two seconds; what it says later is there the next time", async () => {
    vi.useFakeTimers();
    try {
      const { promise, resolve } = Promise.withResolvers<Who>();
      const { may, asked } = asking({ who: () => promise });
      const first = may("recheck");
      await vi.advanceTimersByTimeAsync(2000);
      expect(await first).toEqual({ kind: "unsure", isIn: [] });
      resolve({ id: "U0ANA", kind: "member" });
      expect(await may("recheck")).toEqual({ kind: "yes" });
      expect(asked).toEqual(["U0ANA"]);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("what Slack says of somebody", () => {
  const US = "T0US";
  const user = { id: "U0ANA", team_id: US };
  test.each([
    ["a member", user, "member"],
    ["an admin", { ...user, is_admin: true }, "workspace-admin"],
    ["an owner", { ...user, is_owner: true }, "workspace-admin"],
    ["a guest", { ...user, is_restricted: true }, "guest"],
    [
      "a guest of one channel, who is always a guest too",
      { ...user, is_restricted: true, is_ultra_restricted: true },
      "single-channel-guest",
    ],
    ["somebody of another team", { ...user, team_id: "T0OTHER" }, "stranger"],
    ["a stranger", { ...user, is_stranger: true, is_admin: true }, "stranger"],
    ["a bot", { ...user, is_bot: true }, "bot"],
    ["an admin who has left", { ...user, deleted: true, is_admin: true }, "deactivated"],
    ["somebody without a team", { id: "U0ANA" }, "unknown"],
    ["somebody else than was asked about", { ...user, id: "U0BEN" }, "unknown"],
  ])("%s", (_, said, kind) => expect(kindOf(said, "U0ANA", US)).toBe(kind));
  test("everybody is a stranger before the bot knows its own team", () => expect(kindOf(user, "U0ANA", undefined)).toBe("stranger"));
});
