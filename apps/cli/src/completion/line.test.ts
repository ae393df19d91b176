import { Argument, Command, Option } from "commander";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unbroken, wantedAt } from "./line.ts";

/** A small program with every shape that ours has. */
function program(): Command {
  const it = new Command("posture").option("-v, --version", "the version").helpCommand("help", "help");
  const group = it.command("findings").description("findings");
  group
    .command("list", { isDefault: true })
    .addOption(new Option("-f, --format <format>", "form").choices(["table", "json"]))
    .option("--check <id>", "a check");
  group.command("show").argument("<id>", "an id").option("--quiet", "no words");
  it.command("completion").addArgument(new Argument("<shell>", "a shell").choices(["bash", "zsh"]));
  it.command("complete", { hidden: true });
  return it;
}
const at = (...line: readonly string[]): ReturnType<typeof wantedAt> => wantedAt(program(), line);
const wordsAt = (...line: readonly string[]): string[] => at(...line).words.map(({ text }) => text);

describe("where the cursor is", () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ["at the beginning: the commands, without those that nobody types", [""], ["findings", "completion", "help"]],
    ["behind a group: its commands", ["findings", ""], ["list", "show", "help"]],
    ["at a dash behind a group: the options of its default command too", ["findings", "--"], ["--help", "--format", "--check"]],
    ["at a dash behind a command: its options", ["findings", "show", "-"], ["--quiet", "--help"]],
    ["behind an option with choices: these", ["findings", "--format", ""], ["table", "json"]],
    ["behind its short form", ["findings", "-f", "j"], ["table", "json"]],
    ["at an argument with choices: these", ["completion", ""], ["bash", "zsh", "help"].slice(0, 2)],
    ["behind an option and its value: what comes then", ["findings", "--format", "json", ""], ["list", "show", "help"]],
    ["behind an option without a value: the same", ["findings", "show", "--quiet", ""], []],
    ["after --: no options", ["findings", "show", "--", "--"], []],
  ])("%s", (_, line, words) => expect(wordsAt(...line)).toEqual(words));

  it("names the option or the argument whose value is due", () => {
    expect(at("findings", "--check", "s3/").value).toEqual({ name: "--check", path: ["findings"] });
    expect(at("findings", "show", "00").value).toEqual({ name: "id", path: ["findings", "show"] });
    expect(at("findings", "show", "001bf4", "").value).toBeNull();
  });
  it("reads a value in the same word, and knows what stands before it", () => {
    expect(at("findings", "--format=js")).toMatchObject({ before: "--format=", typed: "js", words: [{ text: "table" }, { text: "json" }] });
    expect(at("findings", "--check=s3/").value?.name).toBe("--check");
  });
  it("remembers the values that stand on the line, so that the same store is looked into", () =>
    expect(at("findings", "--check=a", "list", "--format", "json", "").given).toEqual({ "--check": "a", "--format": "json" }));
});

describe("words as bash breaks them are put together again", () => {
  it.each([
    [["--format", "=", "js"], ["--format=js"]],
    [["--format", "="], ["--format="]],
    [
      ["recheck", "arn", ":", "aws", ":", "s3", ":::", "b"],
      ["recheck", "arn:aws:s3:::b"],
    ],
    [
      ["show", "arn", ":"],
      ["show", "arn:"],
    ],
    [
      ["--text", "a", "=", "b"],
      ["--text", "a", "=", "b"],
    ],
    [[""], [""]],
  ])("%j", (broken, whole) => expect(unbroken(broken)).toEqual(whole));
  it("and what was not broken stays as it is", () =>
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z0-9/.-]{0,8}$/)), (line) => {
        expect(unbroken(line)).toEqual(line);
      }),
    ));
});
