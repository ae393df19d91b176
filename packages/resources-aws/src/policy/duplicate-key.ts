/**
 * The first name that an object of a JSON text has twice, or `null`. JSON.parse keeps the last of them and tells nobody.
 * `text` is valid JSON, so that finding its tokens is enough; nothing recurses, however deep it is nested.
 */
export function duplicateKeyIn(text: string): string | null {
  const open: (Set<string> | null)[] = [];
  let expectsName = false;
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case "{":
        open.push(new Set());
        expectsName = true;
        break;
      case "[":
        open.push(null);
        expectsName = false;
        break;
      case "}":
      case "]":
        open.pop();
        break;
      case ",":
        expectsName = open.at(-1) !== null;
        break;
      case '"': {
        const end = endOfText(text, at);
        const names = open.at(-1);
        if (expectsName && names) {
          const name = String(JSON.parse(text.slice(at, end + 1)));
          if (names.has(name)) return name;
          names.add(name);
        }
        expectsName = false;
        at = end;
        break;
      }
      default:
    }
  }
  return null;
}

function endOfText(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}
