/** Blocks as an app sends them. */
export type Block = { readonly type: string } & Readonly<Record<string, unknown>>;

const plain = (text: string): object => ({ type: "plain_text", text });
const text = (words: string, style?: object): object => ({ type: "text", text: words, ...(style && { style }) });
const section = (...elements: object[]): object => ({ type: "rich_text_section", elements });

export const BUTTONS: Block = {
  type: "actions",
  elements: [
    { type: "button", text: plain("Re-check"), action_id: "recheck", value: "1", style: "primary" },
    { type: "button", text: plain("Suppress"), action_id: "suppress", value: "1" },
    { type: "button", text: plain("Delete"), action_id: "delete", value: "1", style: "danger" },
  ],
};

export const MENU: Block = {
  type: "actions",
  elements: [
    {
      type: "static_select",
      action_id: "open",
      placeholder: plain("Open a finding"),
      options: ["first", "second", "third"].map((name, at) => ({ text: plain(`The ${name}`), value: String(at + 1) })),
    },
  ],
};

export const WINDOW: object = {
  type: "modal",
  callback_id: "window",
  title: plain("A window"),
  submit: plain("Save"),
  close: plain("Cancel"),
  blocks: [
    { type: "input", block_id: "why", label: plain("Why"), element: { type: "plain_text_input", action_id: "input", multiline: true } },
    {
      type: "input",
      block_id: "until",
      label: plain("Until"),
      optional: true,
      element: { type: "static_select", action_id: "input", options: [{ text: plain("7 days"), value: "7" }] },
    },
  ],
};

/** One of each that Posture sends, or may. */
export function everything(personId: string, at: number): readonly Block[] {
  const date = `<!date^${at}^{date_short_pretty} at {time}|then>`;
  return [
    { type: "header", text: plain("🔴 A heading") },
    {
      type: "section",
      text: { type: "mrkdwn", verbatim: true, text: `*bold in mrkdwn* _italic_ ~struck~ \`code in mrkdwn\` :tada: <@${personId}> ${date}` },
      fields: [
        { type: "mrkdwn", text: "🔴 *Critical*\n12" },
        { type: "mrkdwn", text: "🟠 *High*\n5" },
      ],
    },
    {
      type: "rich_text",
      elements: [
        section(
          text("bold", { bold: true }),
          text(" and "),
          text("italic", { italic: true }),
          text(" and "),
          text("arn:aws:s3:::example", { code: true }),
          text(" of "),
          { type: "user", user_id: personId },
          text(", "),
          { type: "link", url: "https://example.com/", text: "a link" },
          text(" "),
          { type: "emoji", name: "tada" },
          text("\n*not bold* "),
          { type: "date", timestamp: at, format: "{date_short_pretty} at {time}", fallback: "then" },
        ),
        { type: "rich_text_list", style: "ordered", elements: [section(text("first of two")), section(text("second of two"))] },
        { type: "rich_text_list", style: "bullet", elements: [section(text("a bullet"))] },
        { type: "rich_text_quote", elements: [text("quoted")] },
        { type: "rich_text_preformatted", elements: [text("preformatted\n  as it is")] },
      ],
    },
    { type: "divider" },
    { type: "context", elements: [{ type: "mrkdwn", verbatim: true, text: `Account \`111122223333\`  ·  ${date}` }] },
    {
      type: "table",
      rows: [
        [
          { type: "raw_text", text: "Check" },
          { type: "raw_text", text: "Open" },
        ],
        [
          { type: "raw_text", text: "cell of a table" },
          { type: "raw_text", text: "12" },
        ],
      ],
    },
    {
      type: "data_table",
      caption: "A table of data",
      rows: [
        [
          { type: "raw_text", text: "Check" },
          { type: "raw_text", text: "Open" },
        ],
        [
          { type: "raw_text", text: "cell of data" },
          { type: "raw_number", value: 7, text: "7" },
        ],
      ],
    },
    { type: "markdown", text: "**bold in markdown**" },
    BUTTONS,
  ];
}
