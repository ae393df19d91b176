import { type Check, matchesPattern, SEVERITIES, type Severity } from "@posture/core";
import { type Weekday, WEEKDAYS } from "./destination.ts";
import { frameworkId, frameworkWords } from "./frameworks.ts";
import { nearest } from "./nearest.ts";

/** A word as it was understood, or what is wrong with it: `names the service netwrk; did you mean network?`. */
export type Understood<T = string> = { readonly is: T } | { readonly problem: string };

/** What the words of a route may be. */
export interface Vocabulary {
  severity(this: void, word: string): Understood<Severity>;
  /** An id, or a pattern that an id matches. */
  check(this: void, word: string): Understood;
  service(this: void, word: string): Understood;
  /** Answers the framework's whole id. */
  framework(this: void, word: string): Understood;
  /** One that an account has, or a pattern that one matches. */
  organizationalUnit(this: void, word: string): Understood;
}

/** Pure. */
export function vocabularyOf(checks: readonly Check[], organizationalUnits: readonly string[]): Vocabulary {
  const ids = checks.map(({ id }): string => id);
  const services = [...new Set(checks.flatMap(({ categories }) => categories))].toSorted();
  const mapped = checks.map(({ frameworks = {} }) => ({ frameworks }));
  const wholes = [...new Set(ids.map((id) => id.replace(/\/.*/, "/*")))];
  return {
    severity: (word) => {
      const is = SEVERITIES.find((it) => it === word);
      return is ? { is } : unknown("severity", word, SEVERITIES);
    },
    check: (word) => {
      if (ids.some((id) => matchesPattern(word, id))) return { is: word };
      const renamed = checks.find(({ formerIds = [] }) => formerIds.some((former) => former === word));
      if (renamed) return { problem: `names the check ${word}; it is called ${renamed.id} now` };
      return unknown("check", word, word.includes("*") ? wholes : ids);
    },
    service: (word) => (services.includes(word) ? { is: word } : unknown("service", word, services)),
    framework: (word) => {
      const is = frameworkId(word, mapped);
      return is === null ? unknown("framework", word, frameworkWords(mapped)) : { is };
    },
    organizationalUnit: (word) =>
      organizationalUnits.some((it) => matchesPattern(word, it))
        ? { is: word }
        : unknown("organisational unit", word, organizationalUnits, ", which no account of slack.accounts has"),
  };
}

/** Pure. */
export function weekday(word: string): Understood<Weekday> {
  const is = WEEKDAYS.find((it) => it === word);
  return is ? { is } : unknown("weekday", word, WEEKDAYS);
}

/** Few words are all told; of many, the nearest. */
const FEW = 12;

function unknown(what: string, word: string, known: readonly string[], why = ", which there is not"): { readonly problem: string } {
  const near = nearest(word, known);
  const hint = near !== null ? `; did you mean ${near}?` : known.length > 0 && known.length <= FEW ? `; there are ${known.join(", ")}` : "";
  return { problem: `names the ${what} ${word}${why}${hint}` };
}

/** What is wrong with these words, with the place where they stand. */
export function misspelt(understood: readonly Understood[], place: string): readonly string[] {
  return understood.flatMap((it) => ("problem" in it ? [`${place} ${it.problem}`] : []));
}
