import { describe, expect, it, vi } from "vitest";
import { has, openTerminal, shell, sweptPlace } from "./shells.test.fixture.ts";

/* The tab key on a real terminal. A shell that this machine does not have is left out; CI installs them all. */

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
const place = sweptPlace();

describe.runIf(has("bash") && has("script"))("bash", () => {
  it("on a terminal, the tab key itself completes ids, and values behind =", async () => {
    const terminal = openTerminal(place(), "bash --norc --noprofile -i");
    await terminal.type("PS1='ready> '; source posture.bash\n", /[\r\n]ready> /);
    const seen = await terminal.type("posture findings sh\t001bf4\t--format=js\t\n", /"checkId":"s3\/bucket-acl-public"/);
    expect(seen).toContain("posture findings show 001bf4cb1211 --format=json");
    await terminal.close();
  });
});

describe.runIf(has("zsh") && has("script"))("zsh", () => {
  it("on a terminal, the tab key completes values behind = and ids, and shows what each is", async () => {
    const terminal = openTerminal(place(), "zsh -f -i");
    await terminal.type(
      "unsetopt PROMPT_SP; PROMPT='ready> '; autoload -Uz compinit; compinit -u -D; source ./posture.zsh\n",
      /[\r\n]ready> /,
    );
    expect(await terminal.type("posture checks show s3/bucket-p\t", /bucket-policy-public +-- Bucket policy allows Principal: \*/)).toMatch(
      /s3\/bucket-public-access-block-off +-- Public access block not enabled/,
    );
    await terminal.type("\u0015posture findings --status re\t", /resolved +retired/);
    await terminal.type("\u0015posture findings sh\t001bf4\t--format=js\t\n", /"checkId":"s3\/bucket-acl-public"/);
    await terminal.close();
  });
});

describe.runIf(has("fish"))("fish", () => {
  async function offered(line: string): Promise<string[]> {
    const { out, said } = await shell(place(), "fish", "--no-config", "-c", `source posture.fish; complete -C '${line}'`);
    expect(said).toBe("");
    return out.split("\n").filter((it) => it !== "");
  }
  it.each<[string, readonly unknown[]]>([
    ["posture comp", [expect.stringMatching(/^completion\tprint what makes a shell complete/)]],
    ["posture findings --format=js", ["--format=json"]],
    ["posture findings show 001bf", ["001bf4cb1211\tcritical: Bucket ACL grants public read, example-crm-exports"]],
    ["posture checks show s3/bucket-acl", ["s3/bucket-acl-public\tBucket ACL grants public read"]],
    ["posture scan --config broken", ["broken.config.ts"]],
  ])("%s", async (line, expected) => expect(await offered(line)).toEqual(expected));
});
