import type { LocalSlack } from "@posture/sandbox/slack";
import { expect } from "vitest";

/** That Slack would have taken everything that was sent in these tests: blocks, texts and views. */
export function expectAllTaken(slack: Pick<LocalSlack, "refusals">): void {
  expect(slack.refusals()).toEqual([]);
}
