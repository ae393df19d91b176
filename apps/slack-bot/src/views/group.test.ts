import { describe, expect, test } from "vitest";
import { listed, many, refOf } from "../finding.test.fixture.ts";
import { type GroupModel, groupMessage } from "./group.ts";
import { problemsOf } from "./limits.ts";

const model = (more: Partial<GroupModel> = {}): GroupModel => ({
  title: "Bucket ACL grants public read",
  accountId: "111122223333",
  members: many(7, "high"),
  owners: [],
  mayRepeat: false,
  ...more,
});
const shown = (it: GroupModel): string => JSON.stringify(groupMessage(it).blocks);

describe("a message that several findings share", () => {
  test("counts them, names the first five, and has a menu that opens each", () => {
    expect(groupMessage(model()).text).toBe("🟠 7 × Bucket ACL grants public read. 7 open (7 high).");
    expect(shown(model())).toContain("and 2 more");
    expect(shown(model()).match(/"value":"v1:v1-/g)).toHaveLength(7);
    expect(shown(model())).not.toContain('"button"');
  });
  test("counts what was resolved and suppressed since, and names only what is open, the gravest first", () => {
    const others = [
      listed("resolved", { ref: refOf("gone-by") }),
      listed("suppressed", { ref: refOf("hidden-by") }),
      ...many(1, "critical"),
    ];
    const it = model({ members: [...many(2, "high"), ...others] });
    expect(groupMessage(it).text).toBe("🔴 3 × Bucket ACL grants public read. 3 open (1 critical, 2 high), 1 suppressed, 1 resolved.");
    expect(shown(it)).not.toContain("gone-by");
    expect(shown(it).indexOf("critical-0")).toBeLessThan(shown(it).indexOf("high-0"));
  });
  test("turns green when none is open, and has no menu when all are resolved", () => {
    const all = Array.from({ length: 3 }, (_, i) => listed("resolved", { ref: refOf(`b${i}`) }));
    expect(groupMessage(model({ members: all })).text).toBe("✅ 3 × Bucket ACL grants public read: none is open. 3 resolved.");
    expect(shown(model({ members: all }))).not.toContain('"actions"');
  });
  test("says of what has reopened since that a later message tells it, and never that none is open", () => {
    const [one] = many(1, "high");
    const members = [listed("resolved", { ref: refOf("b") }), ...(one ? [{ finding: one.finding, status: "told-later" as const }] : [])];
    expect(groupMessage(model({ members })).text).toBe(
      "↩️ 2 × Bucket ACL grants public read: told again later. 1 resolved, 1 told again, in a later message.",
    );
    expect(shown(model({ members }))).not.toContain('"actions"');
  });
  test("says that they waited for the end of quiet hours, and stays true when they are over", () => {
    const said = (members: GroupModel["members"]): string =>
      groupMessage(model({ title: null, accountId: null, quiet: true, members })).text;
    const [one] = many(1, "high");
    const gone = listed("resolved", { ref: refOf("b") });
    expect(said(many(12, "high"))).toBe("🟠 While it was quiet here: 12 findings. 12 open (12 high).");
    expect(said([...many(1, "critical"), gone])).toBe("🔴 While it was quiet here: 1 finding. 1 open (1 critical), 1 resolved.");
    expect(said([gone])).toBe("✅ While it was quiet here: 1 finding, none is open. 1 resolved.");
    const later = one ? [{ finding: one.finding, status: "told-later" as const }] : [];
    expect(said([gone, ...later])).toMatch(/^↩️ While it was quiet here: 2 findings, told again later\./);
  });
  test("of 10,000 is a message that Slack takes, and says where the rest is", () => {
    const { text, blocks } = groupMessage(model({ title: null, accountId: null, members: many(10_000, "critical") }));
    expect(problemsOf(blocks)).toEqual([]);
    expect(text).toContain("10,000 × findings of several checks at once. 10,000 open");
    expect(JSON.stringify(blocks)).toContain("/posture findings");
  });
});
