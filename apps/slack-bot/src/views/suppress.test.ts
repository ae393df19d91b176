import { describe, expect, test } from "vitest";
import { listed, many, previewOfAll, suppressionOf, windowOf } from "../finding.test.fixture.ts";
import { problemsOf } from "./limits.ts";
import { ruleSuppressed } from "./rule.ts";
import { settledMessage } from "./settled.ts";
import { nothingToSuppress, suppressModal } from "./suppress.ts";
import { whyElements } from "./why.ts";

const { finding } = listed("open", { tags: { team: "payments" } });
const model = windowOf(finding);
const [, account] = model.choices;
const wide = { ...model, scope: account ?? model.scope, limits: { maxDays: 90, defaultDays: 30, approval: "waiting" as const } };
const found = [...many(2, "critical"), ...many(5, "high")].map((it) => it.finding);
const shown = (value: unknown): string => JSON.stringify(value);
const fieldIds = (it: ReturnType<typeof suppressModal>): (string | undefined)[] =>
  it.blocks.flatMap((block) => (block.type === "input" ? [block.block_id] : []));

describe("the window that suppresses", () => {
  test.each([
    ["opens while it is being counted what would be hidden", suppressModal(model)],
    ["says that one finding would be hidden", suppressModal({ ...model, preview: previewOfAll([finding]) })],
    [
      "says of a scope that holds more: how many, five of them, and that another person has to agree",
      suppressModal({ ...wide, days: 7, preview: previewOfAll(found) }),
    ],
    ["says that there is nothing to suppress any more", nothingToSuppress(settledMessage(listed("resolved"), "U0BEN"))],
  ])("%s", (_, modal) => {
    expect(problemsOf(modal.blocks, "modal")).toEqual([]);
    expect(modal).toMatchSnapshot();
  });

  test("offers no day that the limits of the scope forbid, and falls back to the usual one", () => {
    const expiry = (days: number, limits = model.limits): unknown =>
      suppressModal({ ...model, days, limits }).blocks.find((block) => block.type === "input" && block.block_id?.startsWith("expiry"));
    expect(expiry(7)).toMatchObject({ block_id: "expiry_30", element: { initial_option: { value: "7" } } });
    expect(expiry(90)).toMatchObject({ element: { initial_option: { value: "30" } } });
    expect(shown(expiry(90))).not.toContain("90 days");
    expect(expiry(90, { maxDays: 90, defaultDays: 30, approval: "not-needed" })).toMatchObject({
      block_id: "expiry_90",
      element: { initial_option: { value: "90" } },
    });
    expect(shown(suppressModal(wide))).not.toMatch(/for ever/i);
  });

  test("keeps its fields from one scope to the next, but for an expiry that offers other days", () => {
    expect(fieldIds(suppressModal(model))).toEqual(["basis", "justification", "scope", "expiry_30", "ticket"]);
    expect(fieldIds(suppressModal({ ...model, scope: wide.scope, preview: previewOfAll(found) }))).toEqual(fieldIds(suppressModal(model)));
    expect(fieldIds(suppressModal(wide))).toContain("expiry_90");
  });

  test("says what is hidden already, what would become open, and whose tags nobody has read", () => {
    const preview = previewOfAll([], { alreadyHidden: 1, uncovered: found.slice(0, 2), tagsUnread: found.slice(0, 1) });
    const blocks = shown(suppressModal({ ...wide, preview }).blocks);
    expect(blocks).toContain("It would hide nothing now.");
    expect(blocks).toContain(
      "1 finding that it holds is hidden already. 2 findings that are covered now would become open. 1 more finding may be held once their tags are read.",
    );
  });
});

test("who suppresses by rule is told what it is, how much it hides, and until when", () => {
  const rule = suppressionOf(finding, { scope: { rule: { checks: ["s3/bucket-acl-public"], accounts: ["111122223333"] } } });
  const done = ruleSuppressed(rule, previewOfAll(found));
  expect(done.text).toBe("Suppressed by rule. It hides 7 findings now: 2 critical, 5 high.");
  expect(shown(done.blocks)).toContain("check s3/bucket-acl-public; account 111122223333");
  const asked = ruleSuppressed({ ...rule, approval: "waiting" }, previewOfAll(found));
  expect(asked.text).toContain("Once another person approves it, it hides 7 findings now");
});

describe("what is settled is said with who and when", () => {
  test.each([
    ["resolved by a re-check of somebody", settledMessage(listed("resolved"), "U0BEN"), '"user_id":"U0BEN"'],
    ["suppressed", settledMessage(listed("suppressed"), null), "A static website"],
    ["not watched", settledMessage(listed("retired"), null), "its check is switched off"],
  ])("%s", (_, { blocks }, words) => expect(shown(blocks)).toContain(words));
});

test("a reason has its basis before it and its ticket behind it, and only an https address becomes a link", () => {
  const why = { justification: "A jump host.", basis: "compensating-control", ticket: "https://example.com/SEC-7" } as const;
  expect(whyElements(why)).toMatchObject([
    { type: "text", text: "Compensating control: " },
    { type: "text", text: "A jump host." },
    { type: "text" },
    { type: "link", url: "https://example.com/SEC-7", text: "example.com/SEC-7" },
  ]);
  expect(whyElements({ ...why, ticket: "javascript:alert(1)" })).toHaveLength(2);
});
