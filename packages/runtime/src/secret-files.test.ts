import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { FROM_FILES, takenFromFiles } from "./secret-files.ts";

const folder = mkdtempSync(join(tmpdir(), "secret-files-"));
afterAll(() => rmSync(folder, { recursive: true }));
function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

function problemOf(env: NodeJS.ProcessEnv): string | undefined {
  return takenFromFiles(env).problems.get("SLACK_BOT_TOKEN");
}

describe("a secret in a file", () => {
  it("is taken without the line's end, and the file's name is not left", () => {
    const { env, problems } = takenFromFiles({ SLACK_BOT_TOKEN_FILE: file("token", " xoxb-1\r\n"), OTHER_FILE: "/x" });
    expect([env, problems.size]).toEqual([{ SLACK_BOT_TOKEN: "xoxb-1", OTHER_FILE: "/x" }, 0]);
  });
  it("may be the address of the store", () =>
    expect(takenFromFiles({ POSTURE_STORE_FILE: file("store", "postgres://posture:x@db/posture\n") }).env).toEqual({
      POSTURE_STORE: "postgres://posture:x@db/posture",
    }));
  it("is not looked for where its name is empty, as compose leaves a variable that nobody set", () =>
    expect(takenFromFiles({ SLACK_BOT_TOKEN_FILE: "", SLACK_BOT_TOKEN: "xoxb-1" })).toEqual({
      env: { SLACK_BOT_TOKEN: "xoxb-1" },
      problems: new Map(),
    }));
  it("is taken where the variable itself is empty", () =>
    expect(takenFromFiles({ SLACK_BOT_TOKEN_FILE: file("token", "xoxb-1"), SLACK_BOT_TOKEN: "" }).env).toEqual({
      SLACK_BOT_TOKEN: "xoxb-1",
    }));
});

describe("what is wrong is named:", () => {
  it("both ways at once", () =>
    expect(problemOf({ SLACK_BOT_TOKEN: "xoxb-1", SLACK_BOT_TOKEN_FILE: "/x" })).toBe(
      "SLACK_BOT_TOKEN_FILE: SLACK_BOT_TOKEN is set as well; leave one of them out",
    ));
  it("a file that is not there", () =>
    expect(problemOf({ SLACK_BOT_TOKEN_FILE: "/nowhere/token" })).toBe(
      "SLACK_BOT_TOKEN_FILE: the file /nowhere/token cannot be read: it is not there",
    ));
  it("an empty one", () => {
    const path = file("empty", " \n");
    expect(problemOf({ SLACK_BOT_TOKEN_FILE: path })).toBe(`SLACK_BOT_TOKEN_FILE: the file ${path} is empty`);
  });
  it("a folder", () =>
    expect(problemOf({ SLACK_BOT_TOKEN_FILE: folder })).toBe(`SLACK_BOT_TOKEN_FILE: the file ${folder} cannot be read: it is a folder`));
  it("a file that cannot be a secret", () => {
    const path = file("long", "x".repeat(70_000));
    expect(problemOf({ SLACK_BOT_TOKEN_FILE: path })).toBe(
      `SLACK_BOT_TOKEN_FILE: the file ${path} cannot be read: it is too long to be a secret`,
    );
  });
  it("a file of somebody else", () => {
    const denied = (): never => {
      throw Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
    };
    expect(takenFromFiles({ SLACK_BOT_TOKEN_FILE: "/x" }, denied).problems.get("SLACK_BOT_TOKEN")).toBe(
      "SLACK_BOT_TOKEN_FILE: the file /x cannot be read: this user may not read it",
    );
  });
});

it("a secret is never repeated, in whichever variable it was put", () =>
  fc.assert(
    fc.property(fc.constantFrom(...FROM_FILES), fc.stringMatching(/^[a-z][A-Za-z0-9+=-]{24,40}$/), fc.boolean(), (name, secret, isBoth) => {
      const { problems } = takenFromFiles({ [`${name}_FILE`]: secret, ...(isBoth && { [name]: secret }) });
      expect(problems.size).toBe(1);
      expect([...problems.values()].join("\n")).not.toContain(secret);
    }),
  ));
