import { nearest } from "@posture/config";
import { EXPORT_FORMATS, type ExportFormat } from "@posture/export";
import { partsOf } from "./words.ts";

/** What is to be exported, and where to: to whoever asks, or to where it was asked. */
export interface ExportWords {
  readonly format: ExportFormat;
  /** Words of a filter, as they were typed. */
  readonly filter: string;
  readonly to: "person" | "here";
}

const FORMATS = EXPORT_FORMATS.join(", ");
const PLACES: ReadonlyMap<string, ExportWords["to"]> = new Map([
  ["here", "here"],
  ["to=here", "here"],
  ["to=channel", "here"],
  ["to=me", "person"],
  ["to=dm", "person"],
]);

/** Takes apart what a person typed after `export`: the format, the place, and the filter. Pure, never throws. */
export function exportWords(typed: string): ExportWords | { readonly mistake: string } {
  const [first = "", ...rest] = partsOf(typed);
  if (first === "") return { mistake: `Which format? Type /posture export and one of ${FORMATS}.` };
  const format = EXPORT_FORMATS.find((it) => it === first.toLowerCase());
  if (format === undefined) {
    const near = nearest(first.toLowerCase(), EXPORT_FORMATS);
    return {
      mistake: `There is no format “${first.slice(0, 60)}”${near === null ? `. It can be ${FORMATS}.` : `; did you mean ${near}?`}`,
    };
  }
  const strange = rest.find((word) => word.toLowerCase().startsWith("to=") && !PLACES.has(word.toLowerCase()));
  if (strange !== undefined) return { mistake: `A file cannot be sent ${strange.slice(0, 60)}. It can be to=me or to=channel.` };
  const places = rest.flatMap((word) => PLACES.get(word.toLowerCase()) ?? []);
  if (new Set(places).size > 1) return { mistake: "The file can go to you or to the channel, not to both." };
  return { format, to: places[0] ?? "person", filter: rest.filter((word) => !PLACES.has(word.toLowerCase())).join(" ") };
}
