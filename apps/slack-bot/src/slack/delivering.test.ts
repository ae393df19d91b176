import { DAY } from "@posture/core";
import { expect, test } from "vitest";
import { NewerBlocks } from "./delivering.ts";
import type { Message } from "./port.ts";

const plainer = [{ type: "divider" }] as const;
const message: Message = { text: "Findings", blocks: [{ type: "table", rows: [] }], plainer };

function workspace(takes: (types: readonly string[]) => boolean): {
  readonly sent: string[];
  readonly send: (message: Message) => Promise<"taken" | "blocks">;
} {
  const sent: string[] = [];
  return {
    sent,
    send({ blocks }) {
      const types = blocks.map(({ type }) => type);
      sent.push(types.join());
      return Promise.resolve(takes(types) ? "taken" : "blocks");
    },
  };
}

test("a workspace that takes the newer blocks gets them", async () => {
  const { sent, send } = workspace(() => true);
  expect(await new NewerBlocks(() => 0).deliver(message, send)).toBe("taken");
  expect(sent).toEqual(["table"]);
});
test("one that does not gets the plainer ones, and for a day nothing else", async () => {
  let now = 1_000_000;
  const { sent, send } = workspace((types) => !types.includes("table"));
  const newer = new NewerBlocks(() => now);
  expect([await newer.deliver(message, send), await newer.deliver(message, send)]).toEqual(["taken", "taken"]);
  expect(sent).toEqual(["table", "divider", "divider"]);
  now += DAY;
  await newer.deliver(message, send);
  expect(sent.slice(3)).toEqual(["table", "divider"]);
});
test("where neither is taken, the newer blocks were not what is wrong", async () => {
  const { sent, send } = workspace(() => false);
  const newer = new NewerBlocks(() => 1_000_000);
  expect(await newer.deliver(message, send)).toBe("blocks");
  await newer.deliver(message, send);
  expect(sent).toEqual(["table", "divider", "table", "divider"]);
});
test("what has nothing plainer is sent once", async () => {
  const { sent, send } = workspace(() => false);
  expect(await new NewerBlocks(() => 0).deliver({ text: "x", blocks: plainer }, send)).toBe("blocks");
  expect(sent).toEqual(["divider"]);
});
