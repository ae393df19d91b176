import { type Check, defineCheck, definePlugin, type Plugin } from "@posture/core";
import { expect, test } from "vitest";
import { z } from "zod";
import { complaintsOf, door, words } from "./door.test.fixture.ts";
import { type PluginFacts, testPlugin } from "./plugin-tester.ts";

const check = defineCheck({ ...words, needs: ["locked"], evaluate: ({ locked }, { pass, fail }) => (locked ? pass() : fail("open")) });
const FACTS: PluginFacts = { permissions: ["house:GetDoor", "house:ListDoors"] };
const plugin = (checks: readonly Check[], namespace = "house"): Plugin => definePlugin({ name: "posture-plugin-house", namespace, checks });
const complaints = (given: Plugin, facts = FACTS): string[] => complaintsOf((runner) => testPlugin(given, facts, runner));

test("a good plugin is left in peace", () => expect(complaints(plugin([check]))).toEqual([]));
test.each<[string, Plugin, string]>([
  [
    "a namespace that is Posture's own",
    plugin([{ ...check, id: "s3/door" }], "s3"),
    "follows the rules for names, namespaces, ids and covers",
  ],
  ["an id outside its namespace", plugin([{ ...check, id: "home/door" }]), "follows the rules for names, namespaces, ids and covers"],
  ["a check twice", plugin([check, check]), "follows the rules for names, namespaces, ids and covers"],
  ["a cover that is not there", plugin([{ ...check, coveredBy: "house/gate" }]), "follows the rules for names, namespaces, ids and covers"],
  [
    "a former id that is a check of its own",
    plugin([check, { ...check, id: "house/gate", formerIds: [check.id] }]),
    "follows the rules for names, namespaces, ids and covers",
  ],
  [
    "a former id that two checks claim",
    plugin([
      { ...check, formerIds: ["house/old"] },
      { ...check, id: "house/gate", formerIds: ["house/old"] },
    ]),
    "follows the rules for names, namespaces, ids and covers",
  ],
  ["another API", { ...plugin([check]), apiVersion: 99 }, "was made by definePlugin, for this API"],
  ["a check that needs a parameter", plugin([{ ...check, params: z.object({ key: z.string() }) }]), "runs without a configuration"],
  [
    "a page without https",
    plugin([{ ...check, remediation: { ...check.remediation, docs: "http://docs.aws.amazon.com/" } }]),
    "names pages of documentation by https",
  ],
  [
    "an empty step",
    plugin([{ ...check, remediation: { ...check.remediation, steps: [" "] } }]),
    "says what is wrong, why it matters and what to do",
  ],
  [
    "a call that changes something",
    plugin([{ ...check, resource: { ...door, lists: [{ service: "house", operation: "OpenDoors", action: "house:ListDoors" }] } }]),
    "only reads",
  ],
])("one with %s is caught", (_, given, promise) => expect(complaints(given)).toEqual([promise]));
test("one that asks for more than it says is caught", () => {
  expect(complaints(plugin([check]), { permissions: ["house:ListDoors"] })).toEqual(["needs these permissions and no others"]);
});
