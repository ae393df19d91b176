import { describe, expect, it } from "vitest";
import { complaintsOn, long, many, plain } from "./block.test.fixture.ts";
import { refusalOfMessage, refusalOfView } from "./judge.ts";

const divider = { type: "divider" };
const button = (action_id?: string): object => ({ type: "button", text: plain("Go"), ...(action_id !== undefined && { action_id }) });
const field = (more: object = {}, block: object = {}): object => ({
  type: "input",
  label: plain("L"),
  element: { type: "plain_text_input", ...more },
  ...block,
});
const modal = (more: object = {}): object => ({ type: "modal", title: plain("T"), blocks: [divider], ...more });
const home = (more: object = {}): object => ({ type: "home", blocks: [divider], ...more });

describe("the blocks of a message together", () => {
  const sections = (...lengths: readonly number[]): object[] => lengths.map((n) => ({ type: "section", text: plain(long(n)) }));
  it("are fifty", () => {
    expect(
      refusalOfMessage(
        many(50, () => divider),
        true,
      ),
    ).toBeNull();
    expect(
      refusalOfMessage(
        many(51, () => divider),
        true,
      ),
    ).toEqual({ error: "invalid_blocks", messages: ["[ERROR] no more than 50 items allowed [json-pointer:/blocks]"] });
  });
  it("may be none", () => expect(refusalOfMessage([], true)).toBeNull());
  it.each([[null], ["blocks"], [{}], [[null]], [["divider"]], [[{ text: "x" }]]])("are a list of blocks: %j is none", (blocks) =>
    expect(refusalOfMessage(blocks, true)).toMatchObject({ error: "invalid_blocks" }),
  );
  it("have 12,000 characters when they are posted", () => {
    expect(refusalOfMessage(sections(3000, 3000, 3000, 3000), true)).toBeNull();
    expect(refusalOfMessage(sections(3000, 3000, 3000, 3000, 1), true)).toEqual({ error: "msg_blocks_too_long", messages: [] });
    expect(refusalOfMessage(sections(3000, 3000, 3000, 3000, 1), false)).toBeNull();
  });
  it("have each id once", () => {
    expect(complaintsOn("message", { ...divider, block_id: "a" }, { ...divider, block_id: "b" }, divider, divider)).toEqual([]);
    expect(complaintsOn("message", { ...divider, block_id: "a" }, { ...divider, block_id: "a" })).toEqual([
      '[ERROR] block_id "a" already exists [json-pointer:/blocks]',
    ]);
  });
  it("have each action once in a block", () => {
    const actions = (...ids: readonly (string | undefined)[]): object => ({ type: "actions", elements: ids.map((id) => button(id)) });
    expect(complaintsOn("message", actions("a", "b"), actions("a"), actions(undefined, undefined))).toEqual([]);
    expect(complaintsOn("message", divider, actions("a", "a"))).toEqual(['[ERROR] action_id "a" already exists [json-pointer:/blocks/1]']);
  });
  it("name every mistake, each with its place", () => {
    const refused = complaintsOn("message", { type: "header", text: plain(long(151)) }, { type: "nonsense" });
    expect(refused).toEqual([
      "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]",
      "[ERROR] unsupported type: nonsense [json-pointer:/blocks/1]",
    ]);
  });
  it("are not fooled by a type that every object has", () =>
    expect(complaintsOn("message", { type: "constructor" })).toEqual(["[ERROR] unsupported type: constructor [json-pointer:/blocks/0]"]));
});

describe("a view", () => {
  it.each([
    ["has a title", modal(), modal({ title: undefined }), "/view/title"],
    [
      "has a title of 24 characters",
      modal({ title: plain(long(24)) }),
      modal({ title: plain(long(25)) }),
      "must be less than 25 characters [json-pointer:/view/title/text]",
    ],
    ["has a button of 24 characters", modal({ submit: plain(long(24)) }), modal({ submit: plain(long(25)) }), "/view/submit/text"],
    ["closes with 24 characters", modal({ close: plain(long(24)) }), modal({ close: plain(long(25)) }), "/view/close/text"],
    [
      "keeps 3000 characters for itself",
      modal({ private_metadata: long(3000) }),
      modal({ private_metadata: long(3001) }),
      "must be less than 3001 characters",
    ],
    ["has a name of 255 characters", modal({ callback_id: long(255) }), modal({ callback_id: long(256) }), "/view/callback_id"],
    ["has an id of its own of 255 characters", modal({ external_id: long(255) }), modal({ external_id: long(256) }), "/view/external_id"],
    [
      "has 100 blocks",
      modal({ blocks: many(100, () => divider) }),
      modal({ blocks: many(101, () => divider) }),
      "no more than 100 items allowed [json-pointer:/view/blocks]",
    ],
    [
      "with fields has a button to submit them",
      modal({ submit: plain("S"), blocks: [field()] }),
      modal({ blocks: [field()] }),
      "missing required field: submit",
    ],
    [
      "has one field that is ready to be typed in",
      modal({ submit: plain("S"), blocks: [field({ focus_on_load: true }), field({ focus_on_load: false })] }),
      modal({ submit: plain("S"), blocks: [field({ focus_on_load: true }), field({ focus_on_load: true })] }),
      "only one element may have focus_on_load",
    ],
    [
      "has each id once",
      modal({ blocks: [{ ...divider, block_id: "a" }] }),
      modal({
        blocks: [
          { ...divider, block_id: "a" },
          { ...divider, block_id: "a" },
        ],
      }),
      "already exists [json-pointer:/view/blocks]",
    ],
    [
      "is not sent back with what Slack added",
      modal(),
      modal({ id: "V1", hash: "1.2" }),
      "invalid additional property: id, hash [json-pointer:/view]",
    ],
    ["is an object", modal(), "modal", "[json-pointer:/view]"],
  ])("%s", (_, kept, broken, complaint) => {
    expect(refusalOfView(kept, "modal")).toBeNull();
    const refusal = refusalOfView(broken, "modal");
    expect([refusal?.error, refusal?.messages.join("\n")]).toEqual(["invalid_arguments", expect.stringContaining(complaint)]);
  });
  it("has 250 kB", () => {
    const sections = (n: number): object[] => many(n, () => ({ type: "section", text: plain(long(2900)) }));
    expect(refusalOfView(modal({ blocks: sections(80) }), "modal")).toBeNull();
    expect(refusalOfView(modal({ blocks: sections(90) }), "modal")).toEqual({ error: "view_too_large", messages: [] });
  });
  it("of a Home tab has neither title nor buttons", () => {
    expect(refusalOfView(home({ private_metadata: "x" }), "home")).toBeNull();
    expect(refusalOfView(home({ title: plain("T") }), "home")?.messages).toEqual([
      "[ERROR] invalid additional property: title [json-pointer:/view]",
    ]);
  });
  it("is of the kind that the method opens", () => {
    expect(refusalOfView(home(), "modal")?.error).toBe("invalid_arguments");
    expect(refusalOfView(modal(), "home")?.error).toBe("invalid_arguments");
  });
});
