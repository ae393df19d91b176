import assert from "node:assert/strict";
import {
  API_VERSION,
  type Call,
  callsOf,
  type Check,
  isPlugin,
  isRead,
  permissionsOf,
  type Plugin,
  problemsOfPlugin,
  stepOf,
} from "@posture/core";
import type { Runner } from "./check-tester.ts";

export interface PluginFacts {
  /** Every IAM action that its checks need, sorted: a wider footprint shows in review. */
  readonly permissions: readonly string[];
  /** Plugins whose checks its own are covered by. */
  readonly beside?: readonly Plugin[];
}

/**
 * Registers the tests that every plugin has to pass: name and namespace, ids, documentation, parameters, and what it asks of AWS.
 * `runner` is `{ describe, it }` of any test runner.
 */
export function testPlugin(plugin: Plugin, { permissions, beside = [] }: PluginFacts, { describe, it }: Runner): void {
  describe(plugin.name, () => {
    it("was made by definePlugin, for this API", () => assert.deepEqual([isPlugin(plugin), plugin.apiVersion], [true, API_VERSION]));
    it("follows the rules for names, namespaces, ids and covers", () =>
      assert.deepEqual(problemsOfPlugin(plugin, [plugin, ...beside]), []));
    it("needs these permissions and no others", () => assert.deepEqual(permissionsOf(plugin.checks), permissions));
    it("only reads", () =>
      assert.deepEqual(
        callsOf(plugin.checks)
          .filter((call) => !isRead(call))
          .map(nameOf),
        [],
      ));
    for (const check of plugin.checks) describe(check.id, () => promises(check, it));
  });
}

function promises({ params, remediation, title, risk, messages }: Check, it: Runner["it"]): void {
  it("runs without a configuration", () => assert.equal(params?.safeParse({}).success ?? true, true));
  const steps = remediation.steps.map(stepOf);
  it("says what is wrong, why it matters and what to do", () => {
    const said = [title, risk, ...Object.values(messages), ...steps.map(({ text }) => text)];
    assert.ok(remediation.steps.length > 0 && Object.keys(messages).length > 0, "it has no step, or no message");
    assert.deepEqual(
      said.filter((text) => text.trim() === ""),
      [],
    );
  });
  it("names pages of documentation by https", () => {
    for (const page of [remediation.docs, ...steps.flatMap(({ docs }) => docs ?? [])]) assert.equal(new URL(page).protocol, "https:");
  });
  it("shows commands of the AWS command line, whose holes nothing quotes by hand", () => {
    const commands = steps.flatMap(({ command }) => command ?? []);
    assert.deepEqual(
      commands.filter((command) => !command.startsWith("aws ") || /["']\{\w+\}|\{\w+\}["']/.test(command)),
      [],
    );
  });
}

function nameOf({ service, operation }: Call): string {
  return `${service}:${operation}`;
}
