import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "csv-parse/sync";
import { afterAll, describe, expect, it } from "vitest";
import { Folder, programOf } from "./browser.test.fixture.ts";
import { readCsv } from "./csv.ts";
import { exported } from "./exported.ts";
import type { ExportRow } from "./row.ts";
import { CONTEXT, EVERY_KIND, HOSTILE_ROWS, LARGE_ROW, streamOf, textOf } from "./rows.test.fixture.ts";

/* CSV exports in a real spreadsheet: `apt-get install libreoffice-calc`; and as others read them. LibreOffice takes a text in quotation marks for a formula, as Excel does. */

const folder = new Folder();
afterAll(() => folder[Symbol.dispose]());

/** UTF-8, from the first line on, with this list separator. */
const COMMA = "CSV:44,34,76,1";
const SEMICOLON = "CSV:59,34,76,1";
/** Written back with every text in quotation marks, and values as they are and not as they are shown. */
const BACK = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,false,false";

function converted(file: string, reading: string, to: string): string {
  const profile = pathToFileURL(join(folder.path, "profile")).href;
  const ending = to.slice(0, to.indexOf(":") === -1 ? undefined : to.indexOf(":"));
  const words = [`-env:UserInstallation=${profile}`, "--headless", ...(reading === "" ? [] : [`--infilter=${reading}`])];
  execFileSync(
    programOf(["soffice", "libreoffice"], "libreoffice-calc"),
    [...words, "--convert-to", to, "--outdir", join(folder.path, "out"), file],
    { stdio: "pipe", timeout: 120_000 },
  );
  const name = file.slice(file.lastIndexOf("/") + 1).replace(/\.\w+$/, `.${ending}`);
  return join(folder.path, "out", name);
}

/** The sheet as it stands in LibreOffice. */
function sheetOf(name: string, text: string, reading: string): string {
  return converted(folder.write(`${name}.csv`, text), reading, "fods");
}
const typesIn = (sheet: string): ReadonlySet<string> =>
  new Set([...sheet.matchAll(/office:value-type="(\w+)"/g)].map(([, type = ""]) => type));
const formulasIn = (sheet: string): number => [...sheet.matchAll(/table:formula=/g)].length;

async function textsOf(records: readonly (readonly string[])[]): Promise<readonly Readonly<Record<string, string>>[]> {
  async function* all(): AsyncGenerator<readonly string[]> {
    yield* records;
  }
  const texts: Readonly<Record<string, string>>[] = [];
  for await (const it of readCsv(all())) texts.push(it);
  return texts;
}

describe("LibreOffice", () => {
  it("computes what is not written with care, so that the rest of these tests could fail", () => {
    const sheet = readFileSync(sheetOf("careless", '"=1+1"," x"\r\n"012345678901","2026-01-02"\r\n"=2","TRUE"\r\n', COMMA), "utf8");
    expect(formulasIn(sheet)).toBe(2);
    expect(typesIn(sheet)).toContain("date");
  });

  const rows: readonly ExportRow[] = [...EVERY_KIND, ...HOSTILE_ROWS, LARGE_ROW];
  it("shows every value of a hostile export as the text that it is", async () => {
    const text = await textOf(exported("csv", streamOf(rows), CONTEXT));
    const file = sheetOf("hostile", text, COMMA);
    const sheet = readFileSync(file, "utf8");
    expect(formulasIn(sheet)).toBe(0);
    expect(typesIn(sheet)).toEqual(new Set(["string", "float"]));
    const numbers = [...sheet.matchAll(/office:value="([^"]+)"/g)].map(([, value = ""]) => value);
    expect(new Set(numbers)).toEqual(new Set(["23", "8", "2", "0"]));

    const back = await textsOf(parse(readFileSync(converted(file, "", BACK)), { bom: true }));
    expect(back).toEqual(await textsOf(parse(text, { bom: true })));
    expect(back.map((it) => it["Message"])).toEqual(rows.map(({ finding }) => finding.message.text));
    expect(back.map((it) => JSON.parse(it["Evidence"] ?? ""))).toEqual(rows.map(({ finding }) => finding.message.evidence));
  }, 180_000);

  it("computes nothing either where a semicolon parts cells", async () => {
    const sheet = readFileSync(sheetOf("elsewhere", await textOf(exported("csv", streamOf(rows), CONTEXT)), SEMICOLON), "utf8");
    expect(formulasIn(sheet)).toBe(0);
  }, 180_000);
});

describe("the reader in the guide", () => {
  it("gives every value back in Python", async () => {
    const guide = readFileSync(new URL("../../../docs/guide/exports.md", import.meta.url), "utf8");
    const [, program = ""] = /^```python\n(.*?)^```$/ms.exec(guide) ?? [];
    const rows: readonly ExportRow[] = [...EVERY_KIND, ...HOSTILE_ROWS, LARGE_ROW];
    const text = await textOf(exported("csv", streamOf(rows), CONTEXT));
    const words = [folder.write("reader.py", program), folder.write("findings.csv", text)];
    const back: unknown = JSON.parse(execFileSync(programOf(["python3"], "python3"), words, { encoding: "utf8", maxBuffer: 2 ** 27 }));
    expect(back).toEqual(await textsOf(parse(text, { bom: true })));
    expect(back).toEqual(rows.map(({ finding }): unknown => expect.objectContaining({ Message: finding.message.text })));
  });
});
