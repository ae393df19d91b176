/** A word as it was typed. */
export interface Word {
  /** What stands before the first `=`, in small letters; `null`: there is none. */
  readonly key: string | null;
  readonly value: string;
  readonly quoted: boolean;
}

/** A word, with what stands in quotation marks inside of it. */
const PART = /(?:["“”„][^"“”„]*["“”„]|\S)+/gu;

/** What was typed, cut at its spaces, but not inside of quotation marks. Pure. */
export function partsOf(typed: string): readonly string[] {
  return typed.match(PART) ?? [];
}

export type WordsRead = { readonly words: readonly Word[] } | { readonly mistake: string };

/** A button carries what was typed, and Slack lets it carry 2,000 characters. */
export const MOST_TYPED = 500;

const QUOTES = '"“”„';
const WORD = new RegExp(String.raw`([^\s${QUOTES}]*=)?[${QUOTES}]([^${QUOTES}]*)[${QUOTES}](?=[\s,]|$)|[^\s,]\S*`, "gu");

/** Takes apart what a person typed after a command. Telephones make curly quotes. Pure, never throws. */
export function wordsOf(typed: string): WordsRead {
  if (typed.length > MOST_TYPED) return { mistake: `That is too long: ${typed.length} characters, and ${MOST_TYPED} are the most.` };
  const words: Word[] = [];
  for (const [whole, before = "", inner] of unescaped(typed).matchAll(WORD)) {
    if (inner === undefined && hasQuote(whole))
      return { mistake: `A quote is open, or stands inside a word, at ${whole.slice(0, 60)}. Write for example text="debug access".` };
    words.push(...(inner === undefined ? unquoted(whole) : [wordOf(`${before}${inner}`, before !== "", true)]));
  }
  return { words };
}

function hasQuote(text: string): boolean {
  return Array.from(QUOTES).some((quote) => text.includes(quote));
}

/** `critical,high` are two words; behind a key, a comma is for the key to read. */
function unquoted(whole: string): Word[] {
  if (whole.includes("=")) return [wordOf(whole, true, false)];
  return whole
    .split(",")
    .filter((part) => part !== "")
    .map((part) => wordOf(part, false, false));
}

function wordOf(text: string, keyed: boolean, quoted: boolean): Word {
  const at = keyed ? text.indexOf("=") : -1;
  return { key: at === -1 ? null : text.slice(0, at).toLowerCase(), value: text.slice(at + 1), quoted };
}

/** Slack sends these three as entities. Source: https://docs.slack.dev/messaging/formatting-message-text#escaping */
function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
