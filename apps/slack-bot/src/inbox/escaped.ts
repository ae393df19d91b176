/**
 * What a person typed, of what Slack made of it: of names after `@` it makes mentions, and those stay, by their id alone, since several people may have one
 * name. Channels and addresses are what they were. Pure, and what comes of it
 * stays so.
 *
 * Source: https://docs.slack.dev/interactivity/implementing-slash-commands#escaping
 */
export function typedText(text: string): string {
  return text.replaceAll(/<([@#!]|https?:\/\/|mailto:)([^<>|]*)(?:\|([^<>]*))?>/g, (_, kind: string, what: string, label?: string) => {
    switch (kind) {
      case "@":
        return `<@${what}>`;
      case "#":
        return label === undefined || label === "" ? what : `#${label}`;
      case "!":
        return label ?? `<!${what}>`;
      case "mailto:":
        return what;
      default:
        return label ?? `${kind}${what}`;
    }
  });
}
