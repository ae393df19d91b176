import fc from "fast-check";
import { expect, test } from "vitest";
import { typedText } from "./escaped.ts";

test.each([
  ["a name is a mention, by its id alone", "assign 001bf4 <@U024BE7LH|ana>", "assign 001bf4 <@U024BE7LH>"],
  ["so it is without its name", "findings assignee=<@U024BE7LH>,none", "findings assignee=<@U024BE7LH>,none"],
  ["a name with a space breaks no word", "assign 001bf4 <@U024BE7LH|Ana Sol>", "assign 001bf4 <@U024BE7LH>"],
  ["a channel is what was typed", "why <#C0123ABCD|infra>", "why #infra"],
  ["a channel without its name is its id", "why <#C0123ABCD>", "why C0123ABCD"],
  ["a bucket that is called like a site is what was typed", "why <http://www.example.com|www.example.com>", "why www.example.com"],
  ["an address is what was typed", 'text="<https://example.com/a?b=c>"', 'text="https://example.com/a?b=c"'],
  ["so is that of a mail", "text=<mailto:ana@example.com|ana@example.com>", "text=ana@example.com"],
  ["what people type themselves is left alone", "text=a&lt;b&gt;c <b> | <", "text=a&lt;b&gt;c <b> | <"],
  ["an ARN has nothing of all this", "show arn:aws:s3:::example", "show arn:aws:s3:::example"],
])("%s", (_, sent, typed) => expect(typedText(sent)).toBe(typed));

test("once more changes nothing, and no text is lost that Slack has not put into brackets", () => {
  const scraps = fc.constantFrom("<@U1|a>", "<@U2>", "<#C1|x>", "<http://a.b|a.b>", "|", "&gt;", "&lt;", "@ana", "word", " ");
  // A bracket that a person types comes as an entity, so that each that is there is Slack's own.
  const words = fc.string({ maxLength: 5 }).filter((text) => !/[<>]/.test(text));
  fc.assert(
    fc.property(fc.array(fc.oneof(scraps, words), { maxLength: 12 }), (parts) => {
      const once = typedText(parts.join(""));
      expect(typedText(once)).toBe(once);
    }),
  );
  fc.assert(
    fc.property(
      fc.string({ maxLength: 30 }).filter((text) => !text.includes("<")),
      (text) => {
        expect(typedText(text)).toBe(text);
      },
    ),
  );
});
