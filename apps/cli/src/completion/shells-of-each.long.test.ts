import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { commandLine } from "../process.test.fixture.ts";
import { has, shell, sweptPlace } from "./shells.test.fixture.ts";

/* What the program answers, and what bash makes of it. The tab key itself, and the other shells, are in the long tests. */

// Each case starts processes, and a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
const place = sweptPlace();

describe("the program's own answer", () => {
  it("is silence where the configuration cannot be loaded, and 0", async () => {
    const ended = await commandLine(place().folder).run(["complete", "bash", "--", "checks", "show", "--config", "broken.config.ts", "s3"]);
    expect(ended).toEqual({ code: 0, out: "", said: "" });
  });
  it("offers accounts, regions and ids of the store that the line names, and makes none", async () => {
    const answer = async (...line: readonly string[]): Promise<string> =>
      (await commandLine(place().folder).run(["complete", "zsh", "--", ...line])).out;
    expect(await answer("findings", "--account", "")).toBe("111122223333\t\n");
    expect(await answer("findings", "--region", "eu")).toBe("eu-west-1\t\n");
    expect(await answer("findings", "show", "")).toMatch(/^[0-9a-f]{12}\tcritical: /);
    expect(await answer("findings", "--store", "elsewhere", "show", "")).toBe("");
    expect(existsSync(join(place().folder, "elsewhere"))).toBe(false);
  });
});

describe.runIf(has("bash"))("bash", () => {
  /** What bash would offer after Tab, the line broken into words as bash does it. */
  async function offered(...words: readonly string[]): Promise<string[]> {
    const quoted = words.map((word) => `'${word}'`).join(" ");
    const script = `source posture.bash; COMP_WORDS=(posture ${quoted}); COMP_CWORD=${words.length}; _posture posture; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { out, said } = await shell(place(), "bash", "--norc", "-c", script);
    expect(said).toBe("");
    return out.split("\n").filter((line) => line !== "");
  }
  it.each<[readonly string[], readonly string[]]>([
    [["comp"], ["completion"]],
    [["findings", "--sev"], ["--severity"]],
    [
      ["findings", "--status", "re"],
      ["resolved", "retired"],
    ],
    [["findings", "--format", "=", "js"], ["json"]],
    [["checks", "--framework", "cis-3"], ["cis-3.0"]],
    [["checks", "show", "s3/bucket-acl"], ["s3/bucket-acl-public"]],
    [["scan", "--config", "broken"], ["broken.config.ts"]],
    [["scan", "--store", "b"], ["bin"]],
  ])("%j completes to %j", async (line, expected) => expect(await offered(...line)).toEqual(expected));
});
