import type { FindingOrder } from "@posture/core";
import { InvalidArgumentError, Option } from "commander";

/** What a list of findings may be sorted by, in the words of `/posture findings`. */
const SORTS: ReadonlyMap<string, FindingOrder> = new Map([
  ["severity", "gravest"],
  ["age", "oldest"],
  ["newest", "newest"],
  ["resource", "resource"],
  ["account", "account"],
]);
/** Other words for the same, which are taken and not shown. */
const ALSO: ReadonlyMap<string, FindingOrder> = new Map([
  ["gravest", "gravest"],
  ["oldest", "oldest"],
]);

export function sortOption(): Option {
  const words = [...SORTS.keys()];
  return new Option("--sort <order>", "what they are sorted by")
    .choices(words)
    .default("gravest", "severity")
    .argParser((word) => {
      const order = SORTS.get(word) ?? ALSO.get(word);
      if (order === undefined) throw new InvalidArgumentError(`Allowed choices are ${words.join(", ")}.`);
      return order;
    });
}
