import { type Conditional, defineResource, type ResourceKind } from "@posture/core";
import { z } from "zod";
import type { Runner } from "./check-tester.ts";

export interface Door {
  locked: boolean;
  /** None: nobody guards it. */
  guard: { awake: boolean } | null;
  /** Asked for only where it is not locked. */
  visitors: Conditional<readonly string[]>;
}

function call(operation: string): { service: string; operation: string; action: string } {
  return { service: "house", operation, action: `house:${operation}` };
}

export const door: ResourceKind<Door> = defineResource({
  type: "Test::House::Door",
  lists: [call("ListDoors")],
  lifecycle: [],
  facets: {
    locked: { schema: z.boolean(), read: [call("GetDoor")], changedBy: [] },
    guard: { schema: z.object({ awake: z.boolean() }).nullable(), read: [call("GetGuard")], changedBy: [] },
    visitors: {
      schema: z.array(z.string()),
      read: [call("ListVisitors")],
      changedBy: [],
      after: ["locked"],
      moot: (_, { locked }) => (locked ? "it is locked" : null),
    },
  },
  locate: () => [],
});

interface Words {
  readonly id: "house/door";
  readonly title: string;
  readonly risk: string;
  readonly severity: "low";
  readonly resource: ResourceKind<Door>;
  readonly messages: { readonly open: "{name} is open." };
  readonly remediation: { readonly steps: readonly string[]; readonly docs: string };
}
export const words: Words = {
  id: "house/door",
  title: "Door",
  risk: "Anyone can walk in.",
  severity: "low",
  resource: door,
  messages: { open: "{name} is open." },
  remediation: { steps: ["Shut {name}."], docs: "https://docs.aws.amazon.com/" },
};

/** The names of the tests that fail when they are run at once. */
export function complaintsOf(register: (runner: Runner) => void): string[] {
  const found: string[] = [];
  register({
    describe: (_, body) => body(),
    it: (name, body) => {
      try {
        body();
      } catch {
        found.push(name);
      }
    },
  });
  return found;
}
