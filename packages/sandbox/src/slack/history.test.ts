import { describe, expect, it } from "vitest";
import { historyOf } from "./history.ts";

const kept = ["5.000000", "4.000000", "3.000000", "2.000000", "1.000000"].map((ts) => ({ ts, metadata: { event_type: "x" } }));
const ask = (given: object): string => {
  const { messages } = historyOf(kept, { ...given });
  return Array.isArray(messages) ? messages.map((it: { ts: string }) => it.ts[0]).join("") : "refused";
};

describe("the history of a channel", () => {
  it.each([
    ["all of it, the newest first", {}, "54321"],
    ["since an instant", { oldest: "3.000000" }, "54"],
    ["since an instant and with it", { oldest: "3.000000", inclusive: true }, "543"],
    ["until an instant", { latest: "3.000000" }, "21"],
    ["one message", { oldest: "3.000000", latest: "3.000000", inclusive: "true", limit: "1" }, "3"],
    ["a message that is gone", { oldest: "3.500000", latest: "3.500000", inclusive: true }, ""],
    ["the first two", { limit: 2 }, "54"],
  ])("%s", (_, given, messages) => expect(ask(given)).toBe(messages));
  it("comes in pages, each with where the next begins", () => {
    const pages: string[] = [];
    let cursor: unknown = "";
    do {
      const given = { limit: 2, oldest: "1.000000", cursor };
      pages.push(ask(given));
      ({ response_metadata: cursor } = historyOf(kept, given));
      cursor = typeof cursor === "object" && cursor !== null && "next_cursor" in cursor ? cursor.next_cursor : "";
    } while (cursor !== "");
    expect(pages).toEqual(["54", "32"]);
    expect(historyOf(kept, { cursor: "nonsense" })).toEqual({ ok: false, error: "invalid_cursor" });
  });
  it("has metadata only for who asks", () => {
    expect(historyOf(kept, { limit: 1 })["messages"]).toEqual([{ ts: "5.000000" }]);
    expect(historyOf(kept, { limit: 1, include_all_metadata: "true" })["messages"]).toEqual([kept[0]]);
  });
});
