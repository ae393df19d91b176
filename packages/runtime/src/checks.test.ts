import type { Finding } from "@posture/core";
import { expect, test } from "vitest";
import { guideOf, stepsOf } from "./checks.ts";

const docs = "https://docs.aws.amazon.com/";
const remediation = {
  docs,
  steps: [
    "Look at {name}.",
    { text: "Close port {port}.", command: "aws bank close --vault {name} --port {port}", docs: "https://docs.aws.amazon.com/close" },
  ],
};
const findingOf = (name: string): Pick<Finding, "ref" | "message"> => ({
  ref: { type: "Test::Bank::Vault", arn: "arn:aws:bank:::v", name, accountId: "111122223333", region: "eu-west-1" },
  message: { id: "m", text: "", evidence: { port: 22 }, notes: [] },
});

test("steps name the resource and what was found, and link to a page", () => {
  expect(guideOf({ remediation }, findingOf("gold"))).toEqual([
    { text: "Look at gold.", docs },
    { text: "Close port 22.", command: "aws bank close --vault gold --port 22", docs: "https://docs.aws.amazon.com/close" },
  ]);
  expect(stepsOf({ remediation }, findingOf("gold"))).toEqual(["Look at gold.", "Close port 22."]);
});

test("a name cannot break out of a command", () => {
  const [, step] = guideOf({ remediation }, findingOf("gold; rm -rf '$HOME'"));
  expect(step?.command).toBe(`aws bank close --vault "gold; rm -rf '\\$HOME'" --port 22`);
});
