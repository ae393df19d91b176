const NUL = "\u{1}\u{10fffc}";
const ONE = "\u{1}\u{10fffd}";
const SURROGATES = 0xd800;
const ASTRAL = 0x10000;

/** Stands between texts that are kept as one; in none of them. */
export const BETWEEN = "\u{1}\u{10fffe}";

/**
 * Text as Postgres can keep it: it knows neither NUL nor half of a surrogate pair, and orders by code points where JavaScript orders by UTF-16 units.
 * Each unit from U+D800 on becomes a code point beyond U+FFFF, so that under the collation "C" order, equality, beginnings and parts are what they are here.
 * What people write is, but for emoji, as it was.
 */
export function storable(text: string): string {
  let out = "";
  let kept = 0;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit > 1 && unit < SURROGATES) continue;
    out += text.slice(kept, i) + (unit === 0 ? NUL : unit === 1 ? ONE : String.fromCodePoint(unit - SURROGATES + ASTRAL));
    kept = i + 1;
  }
  return kept === 0 ? text : out + text.slice(kept);
}

/** What `storable` was given. */
export function restored(text: string): string {
  const plain = text.replaceAll(NUL, "\0").replaceAll(ONE, "\u{1}");
  return plain.replaceAll(/[\u{10000}-\u{127ff}]/gu, (it) => String.fromCharCode((it.codePointAt(0) ?? 0) - ASTRAL + SURROGATES));
}
