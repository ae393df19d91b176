import { readFile } from "node:fs/promises";
import { loadConfig, resolveConfig } from "@posture/config";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { firstPartyPlugins } from "../plugins.ts";
import { FROM_FILES } from "../secret-files.ts";
import { BOT_SETTINGS, type Setting, settingsOf, type Sources } from "./settings.ts";

const nothing = await loadConfig({ folder: "/nowhere", defaults: firstPartyPlugins });
const region = { name: "us-east-1", origin: "default" } as const;
const sources: Sources = { flags: { config: undefined, store: undefined }, env: {}, config: nothing, region };

function told(differs: Partial<Sources>, name: string): Setting | undefined {
  return settingsOf({ ...sources, ...differs }).find((it) => it.name === name);
}

describe("the origin of the store is the first that names it:", () => {
  const config = resolveConfig({ store: "/of/file" }, firstPartyPlugins, "/x/posture.config.ts");
  const env = { POSTURE_STORE: "/of/environment" };
  it.each<[string, Partial<Sources>, Omit<Setting, "name">]>([
    ["the flag", { flags: { config: undefined, store: "/of/flag" }, env, config }, { value: "/of/flag", origin: "flag" }],
    ["the environment", { env, config }, { value: "/of/environment", origin: "environment" }],
    ["the file", { config }, { value: "/of/file", origin: "file" }],
    ["the default", {}, { value: ".posture", origin: "default" }],
  ])("%s", (_, differs, expected) => expect(told(differs, "store")).toEqual({ name: "store", ...expected }));
});

describe("settings of the file", () => {
  it("are of the file where it gives them, and defaults where it does not", () => {
    const given = { regions: ["eu-west-1"], checks: { "s3/bucket-acl-public": { enabled: false } }, overrides: [] };
    const config = resolveConfig(given, firstPartyPlugins, "/x/posture.config.ts");
    expect(told({ config }, "regions")).toMatchObject({ value: "eu-west-1", origin: "file" });
    const all = nothing.checks.length;
    expect(told({ config }, "checks")).toMatchObject({ value: `${all - 1} of ${all} on`, origin: "file" });
    expect(told({ config }, "overrides")).toMatchObject({ origin: "file" });
    expect(told({ config }, "plugins")).toMatchObject({ origin: "default" });
    expect(told({ config }, "configuration")).toMatchObject({ value: "/x/posture.config.ts", origin: "default" });
  });
  it("are of the file that the flag names, or the environment, or of the usual one", () => {
    const config = resolveConfig({}, firstPartyPlugins, "/x/posture.config.ts");
    const env = { POSTURE_CONFIG: "/x/posture.config.ts" };
    expect(told({ config, env, flags: { config: "/x/posture.config.ts", store: undefined } }, "configuration")).toMatchObject({
      origin: "flag",
    });
    expect(told({ config, env }, "configuration")).toMatchObject({ value: "/x/posture.config.ts", origin: "environment" });
    expect(told({ config: null, env: { POSTURE_CONFIG: "/nowhere" } }, "configuration")).toMatchObject({
      value: "/nowhere",
      origin: "environment",
    });
    expect(told({ config: null }, "configuration")).toMatchObject({ value: "not loaded", origin: "default" });
  });
  it("give way to a variable that says the same: the queue of changes is the one that is listened to", () => {
    const [file, variable] = ["file", "variable"].map((name) => `https://sqs.eu-west-1.amazonaws.com/111122223333/${name}`);
    const config = resolveConfig({ events: { queue: file } }, firstPartyPlugins, "/x/posture.config.ts");
    expect(told({ config }, "events")).toMatchObject({ value: file, origin: "file" });
    expect(told({ config, env: { POSTURE_EVENT_QUEUE: "" } }, "events")).toMatchObject({ value: file, origin: "file" });
    expect(told({ config, env: { POSTURE_EVENT_QUEUE: variable } }, "events")).toMatchObject({ value: variable, origin: "environment" });
  });
  it("are not there where the file could not be loaded, and neither is a guess of the store", () =>
    expect([told({ config: null }, "regions"), told({ config: null }, "store")]).toEqual([undefined, undefined]));
});

describe("variables of the environment", () => {
  const secret = fc.constantFrom(
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_BEARER_TOKEN_BEDROCK",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_APP_TOKEN",
  );
  it("that hold a secret are never shown", () =>
    fc.assert(
      fc.property(secret, fc.stringMatching(/^[A-Za-z0-9+/]{24,40}$/), (name, value) => {
        const all = settingsOf({ ...sources, env: { [name]: value } });
        expect(JSON.stringify(all)).not.toContain(value);
        expect(all.find((it) => it.name.startsWith(name))).toMatchObject({ value: "set", origin: "environment" });
      }),
    ));
  it("that are empty are not set", () =>
    expect(told({ env: { SLACK_CHANNEL: "", PORT: "" } }, "PORT (bot)")).toMatchObject({ value: "3000", origin: "default" }));
  it("that are an address are shown without its password", () =>
    expect(told({ env: { AWS_ENDPOINT_URL: "http://me:hunter2@127.0.0.1:4566/" } }, "AWS_ENDPOINT_URL")).toMatchObject({
      value: "http://…@127.0.0.1:4566/",
    }));
});

it("the bot's own table has the same settings and defaults", async () => {
  const text = await readFile(new URL("../../../../apps/slack-bot/README.md", import.meta.url), "utf8");
  const rows = new Map([...text.matchAll(/^\| `([A-Z_]+)` \|.*\| (.*) \|$/gm)].map(([, name = "", preset = ""]) => [name, preset]));
  for (const [name, preset] of Object.entries(BOT_SETTINGS)) {
    expect([name, rows.has(name)]).toEqual([name, true]);
    if (name === "PORT" || name === "POSTURE_SCHEDULE") expect(rows.get(name)).toBe(`\`${preset}\``);
  }
  for (const name of FROM_FILES) expect(text).toContain(`\`${name}_FILE\``);
  // The store is ours as well, and stands with our own settings; the temporary folder is the system's.
  expect([...rows.keys()].filter((name) => !(name in BOT_SETTINGS))).toEqual(["POSTURE_STORE", "TMPDIR"]);
});
