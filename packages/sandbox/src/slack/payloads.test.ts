import { expect, test } from "vitest";
import { escapedText } from "./payloads.ts";

const PEOPLE = [
  { id: "UANA", name: "Ana" },
  { id: "UBEN", name: "Ben" },
] as const;

test.each([
  ["a name is a mention", "assign 001bf4 @ana", "assign 001bf4 <@UANA|ana>"],
  ["in any case, also behind a key", "findings assignee=@Ben", "findings assignee=<@UBEN|ben>"],
  ["a name that nobody has stays", "assign 001bf4 @nobody", "assign 001bf4 @nobody"],
  ["an address of a mail is none", "text=x@ana", "text=x@ana"],
  ["what is a mention already stays", "assign 001bf4 <@UANA|ana>", "assign 001bf4 <@UANA|ana>"],
  ["an address is a link", "why https://example.com/a", "why <https://example.com/a>"],
  ["an ARN stays", "show arn:aws:s3:::example", "show arn:aws:s3:::example"],
])("%s", (_, typed, sent) => expect(escapedText(typed, PEOPLE)).toBe(sent));
