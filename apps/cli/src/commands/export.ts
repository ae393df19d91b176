import { existsSync } from "node:fs";
import { postureError } from "@posture/core";
import { counted, type ExportFormat, wasAllRead } from "@posture/export";
import { kindOfPlace, type Leaving } from "@posture/runtime";
import packageJson from "../../package.json" with { type: "json" };
import { withMe } from "../assigning/me.ts";
import { err } from "../colours.ts";
import { placeOf, withPosture } from "../open.ts";
import { streamed } from "../output.ts";
import { throughDoor, whoAsks } from "../door.ts";
import { plural } from "../words.ts";
import { askedBy, type FindingsOptions, requireChecks, statusNamed } from "./findings.ts";

export interface ExportOptions extends Omit<FindingsOptions, "format"> {
  readonly format: ExportFormat;
  /** A file to write instead of standard output. */
  readonly output?: string;
  readonly quiet?: boolean;
}

/** What left: how many findings, and the SHA-256 of the text. */
interface Left {
  readonly wasAllRead: boolean;
  readonly filter: Leaving["filter"];
  readonly findings: number;
  readonly sha256: string;
}

/** `posture export`. Answers the exit code. */
export async function exportFindings(options: ExportOptions): Promise<number> {
  const { format, store, config, output, quiet = false } = options;
  const statuses = (options.status ?? ["open"]).map(statusNamed);
  // An export of nothing would read like good news.
  const place = await placeOf({ store, config });
  if (kindOfPlace(place) === "folder" && !existsSync(place)) throw postureError("POSTURE_STORE_NONE", { place });
  const left = await withPosture({ store, config, readOnly: true }, async (posture) => {
    await requireChecks(posture, options.check ?? []);
    return leave(await posture.leaving(askedBy(await withMe(options), statuses)), format, output);
  });
  if (output !== undefined && !quiet) {
    process.stderr.write(`${err.green("✓")} ${plural(left.findings, "finding")} in ${output} ${err.dim(`(SHA-256 ${left.sha256})`)}\n`);
  }
  if (!left.wasAllRead) process.stderr.write(`${err.yellow("Not everything could be read.")} ${err.dim("`posture summary` says what.")}\n`);
  const by = await whoAsks();
  await throughDoor({ store, config, makes: false }, (ask) =>
    ask("note-export", { format, filter: left.filter, findings: left.findings, sha256: left.sha256, by }),
  );
  return 0;
}

async function leave({ rows, ...said }: Leaving, format: ExportFormat, file: string | undefined): Promise<Left> {
  const { pieces, left } = counted(format, rows, { ...said, version: packageJson.version });
  await streamed(pieces, file);
  const { findings, sha256 } = left();
  return { wasAllRead: wasAllRead(said.coverage), filter: said.filter, findings, sha256 };
}
