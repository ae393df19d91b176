import { resolveRoles, ROLES } from "@posture/config";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Deed, DEEDS, isQuestion } from "./deed.ts";
import { type Column, COLUMNS, rowsOfDocument } from "./table.test.fixture.ts";
import { mayDo, type Person, type PersonKind, type Rules, whoCan } from "./may.ts";

const DEED_NAMES = Object.keys(DEEDS).filter((it): it is Deed => it in DEEDS);
const KINDS: readonly PersonKind[] = [
  "member",
  "workspace-admin",
  "guest",
  "single-channel-guest",
  "stranger",
  "bot",
  "deactivated",
  "unknown",
];
const person = (kind: PersonKind = "member", isIn: Readonly<Record<string, boolean>> = {}, id = "U0ANA"): Person => ({
  id,
  kind,
  isIn: new Map(Object.entries(isIn)),
});
const rules = (roles: Parameters<typeof resolveRoles>[0], approvers: readonly string[] | null = null): Rules => ({
  roles: resolveRoles(roles),
  approvers,
});

describe("docs/guide/roles-in-slack.md", () => {
  const rows = rowsOfDocument();
  const settings = rules({
    viewer: ["U0VIEWER"],
    responder: ["U0RESPONDER"],
    analyst: ["U0ANALYST"],
    approver: ["U0APPROVER"],
    admin: ["U0ADMIN"],
  });
  const kindOf = (column: Column): PersonKind => (column === "guest" || column === "stranger" || column === "bot" ? column : "member");

  test("has each deed, once", () => expect(rows.map(({ deed }) => deed).toSorted()).toEqual(DEED_NAMES.toSorted()));

  test.each(rows)("is what is decided: $deed", ({ deed, cells }) => {
    for (const column of COLUMNS) {
      const who = person(kindOf(column), {}, `U0${column.toUpperCase()}`);
      const [here, elsewhere] = [true, false].map((asksHere) => mayDo(who, deed, asksHere, settings).kind === "yes");
      expect(elsewhere ? "yes" : here ? "here" : "no", column).toBe(cells[column]);
    }
  });
});

describe("may do", () => {
  test("every full member may do all where nothing is configured", () => {
    for (const deed of DEED_NAMES) expect(mayDo(person(), deed, false, rules(undefined))).toEqual({ kind: "yes" });
  });

  test("who belongs to a group or a channel has its role; until it is known whether they do, nobody may", () => {
    const settings = rules({ analyst: ["S0SECOPS", "C0ONCALL"], admin: ["U0BEN"] });
    expect(mayDo(person("member", { S0SECOPS: false, C0ONCALL: true }), "suppress", false, settings)).toEqual({ kind: "yes" });
    expect(mayDo(person("member", { S0SECOPS: false }), "suppress", false, settings)).toEqual({ kind: "unsure", isIn: ["C0ONCALL"] });
    expect(mayDo(person("member", { S0SECOPS: true }), "suppress", false, settings)).toEqual({ kind: "yes" });
    expect(mayDo(person("member", { S0SECOPS: false, C0ONCALL: false }), "suppress", false, settings)).toMatchObject({ why: "role" });
  });

  test("asks Slack about no list where it makes no difference", () => {
    const settings = rules({ viewer: ["S0ALL"], responder: ["U0ANA", "S0SECOPS"], admin: ["U0BEN"] });
    expect(mayDo(person(), "recheck", false, settings)).toEqual({ kind: "yes" });
    expect(mayDo(person(), "scan", false, settings)).toMatchObject({ kind: "refused" });
    expect(mayDo(person("bot"), "recheck", false, settings)).toMatchObject({ kind: "refused" });
  });

  test("the workspace's admins have a role only where the configuration says so", () => {
    expect(mayDo(person("workspace-admin"), "scan", false, rules({ admin: ["U0BEN"] }))).toMatchObject({ why: "role" });
    expect(mayDo(person("workspace-admin"), "scan", false, rules({ admin: ["workspace-admins"] }))).toEqual({ kind: "yes" });
    expect(mayDo(person("member"), "scan", false, rules({ admin: ["workspace-admins"] }))).toMatchObject({ why: "role" });
  });

  test("to approve takes the role and, where approvers are named, to be one of them", () => {
    const settings = rules({ approver: ["U0ANA", "U0BEN"], viewer: ["everyone"] }, [
      "U0BEN",
      "U0CEM",
      "arn:aws:iam::111122223333:user/dee",
    ]);
    const verdict = (id: string): unknown => mayDo(person("member", {}, id), "approve", false, settings);
    expect(verdict("U0BEN")).toEqual({ kind: "yes" });
    expect(verdict("U0ANA")).toMatchObject({ why: "approvers" });
    expect(verdict("U0CEM")).toMatchObject({ why: "role" });
    expect(mayDo(person("member", {}, "U0ANA"), "decline", false, settings)).toEqual({ kind: "yes" });
    expect(whoCan("approve", settings)).toEqual([
      { kind: "person", id: "U0BEN" },
      { kind: "terminal", id: "arn:aws:iam::111122223333:user/dee" },
    ]);
  });

  test("a member without a role may ask in the channel, and nothing else", () => {
    const settings = rules({ admin: ["U0BEN"] });
    for (const deed of DEED_NAMES) {
      expect(mayDo(person(), deed, true, settings).kind === "yes").toBe(isQuestion(deed));
      expect(mayDo(person(), deed, false, settings).kind === "yes").toBe(deed === "help");
    }
  });

  const anyHolders = fc.subarray(["everyone", "workspace-admins", "U0ANA", "U0BEN", "S0ONE", "C0TWO"], { minLength: 1 });
  const anyRules = fc.record(Object.fromEntries(ROLES.map((role) => [role, anyHolders])), { requiredKeys: [] }).map((it) => rules(it));
  const anyIn = fc.record({ S0ONE: fc.boolean(), C0TWO: fc.boolean() }, { requiredKeys: [] });
  const anyDeed = fc.constantFrom(...DEED_NAMES);

  test("no configuration lets a guest, a stranger, a bot or somebody deactivated do what is no question", () => {
    const outsiders = fc.constantFrom(...KINDS.filter((it) => it !== "member" && it !== "workspace-admin"));
    fc.assert(
      fc.property(anyRules, outsiders, anyIn, anyDeed, fc.boolean(), (settings, kind, isIn, deed, here) => {
        const may = mayDo(person(kind, isIn), deed, here, settings).kind === "yes";
        const isGuest = kind === "guest" || kind === "single-channel-guest";
        expect(may).toBe(isGuest && (deed === "help" || (here && isQuestion(deed))));
      }),
    );
  });

  test("who may do what takes a role may do all that takes one below it", () => {
    fc.assert(
      fc.property(anyRules, anyIn, anyDeed, anyDeed, (settings, isIn, more, less) => {
        const rank = (deed: Deed): number => ROLES.findIndex((role) => role === DEEDS[deed].least);
        fc.pre(rank(less) <= rank(more));
        if (mayDo(person("member", isIn), more, false, settings).kind !== "yes") return;
        expect(mayDo(person("member", isIn), less, false, settings)).toEqual({ kind: "yes" });
      }),
    );
  });

  test("to learn more of somebody never turns a yes or a no round", () => {
    fc.assert(
      fc.property(
        anyRules,
        fc.record({ S0ONE: fc.boolean(), C0TWO: fc.boolean() }),
        fc.subarray(["S0ONE", "C0TWO"]),
        anyDeed,
        (settings, all, learnt, deed) => {
          const early = mayDo(
            person("member", Object.fromEntries(Object.entries(all).filter(([id]) => learnt.includes(id)))),
            deed,
            false,
            settings,
          );
          const late = mayDo(person("member", all), deed, false, settings);
          expect(late.kind).not.toBe("unsure");
          if (early.kind !== "unsure") expect(late).toEqual(early);
        },
      ),
    );
  });
});
