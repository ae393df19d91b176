import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SLACK_COMMAND, SLACK_EVENTS, SLACK_METHODS, slackManifest } from "@posture/runtime";
import { type AppsManifestCreateArguments, WebClient } from "@slack/web-api";
import { describe, expect, test } from "vitest";

/* The tables that the app's manifest is made of (packages/runtime/src/slack-app/methods.ts), held to what the source of the bot calls. */

const SOURCE = fileURLToPath(new URL("../", import.meta.url));
const sources = globSync("**/*.ts", { cwd: SOURCE })
  .filter((file) => !/\.(test|fixture)\./.test(file))
  .map((file) => readFileSync(join(SOURCE, file), "utf8"));

/** Every method that the SDK's client has: `chat.postMessage`, `usergroups.users.list`. */
const known = new Set(methodsIn(new WebClient(), ""));

function methodsIn(value: object, path: string): string[] {
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
    if (typeof member === "function") return [`${path}${name}`];
    const isPart = typeof member === "object" && member !== null && /^[a-z]+$/i.test(name) && path.split(".").length < 4;
    return isPart && Object.getPrototypeOf(member) === Object.prototype ? methodsIn(member, `${path}${name}.`) : [];
  });
}

/** Whatever is called or named with dots and ends as a method of the client does; and what is called by its name. */
function calledIn(text: string): string[] {
  const chains = [...text.matchAll(/[\w$]+(?:\s*\??\.\s*[\w$]+)+(?=\s*\()/g)].map(([chain]) => chain.replaceAll(/[\s?]/g, "").split("."));
  const tails = chains.flatMap((names) => [4, 3, 2].map((many) => names.slice(-many).join(".")).find((tail) => known.has(tail)) ?? []);
  const byName = [...text.matchAll(/apiCall\(\s*["'`]([\w.]+)["'`]/g)].map(([, name = ""]) => name);
  return [...tails, ...byName];
}

const called = new Set(sources.flatMap(calledIn));
const uploads = sources.some((text) => /\b(filesUploadV2|files\.uploadV2)\b/.test(text));

describe("the methods of the Web API", () => {
  test("are found in the source", () => {
    expect(known.size).toBeGreaterThan(200);
    expect(
      calledIn("await client.chat\n  .postMessage(x); usergroups?.users.list (y); store.list(z); a.apiCall('views.publish', {})"),
    ).toEqual(["chat.postMessage", "usergroups.users.list", "views.publish"]);
  });
  test("that are called are all in the table", () => {
    const missing = [...called].filter((method) => !(method in SLACK_METHODS)).toSorted();
    const says = missing.map(
      (method) => `"${method}": { scopes: […], use: "…" }, with the scopes of https://docs.slack.dev/reference/methods/${method}`,
    );
    expect(
      missing,
      `Add to SLACK_METHODS in packages/runtime/src/slack-app/methods.ts:\n${says.join("\n")}\nThen \`pnpm docs:generate\`.`,
    ).toEqual([]);
  });
  test("that are in the table are all called", () => {
    const idle = Object.keys(SLACK_METHODS).filter((method) => !called.has(method));
    expect(idle, "Nobody calls them: take them out of SLACK_METHODS, so that no scope is asked for in vain.").toEqual([]);
  });
  test("upload no file by the client's own helper, whose calls have other names than it has", () => expect(uploads).toBe(false));
});

describe("what the bot listens to", () => {
  const heard = (pattern: RegExp): string[] =>
    sources.flatMap((text) => [...text.matchAll(pattern)].map(([, name = ""]) => name)).toSorted();
  test("are the events of the table", () =>
    expect(heard(/\.event\(\s*"(\w+)"/g), "SLACK_EVENTS and the listeners of the bot have to be the same").toEqual(
      Object.keys(SLACK_EVENTS).toSorted(),
    ));
  test("is the command of the table", () => expect(heard(/\.command\(\s*"([^"]+)"/g)).toEqual([SLACK_COMMAND.command]));
});

test("the manifest is one that the Web API's own types know, with its scopes and events", () => {
  const manifest: AppsManifestCreateArguments["manifest"] = { ...slackManifest({ kind: "socket" }) };
  expect(manifest.oauth_config?.scopes?.bot).toContain("chat:write");
});
