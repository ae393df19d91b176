import { stripVTControlCharacters } from "node:util";
import { expect, it } from "vitest";
import { LATER, listed } from "../finding.test.fixture.ts";
import { assignedText } from "./assign.ts";

const { id, finding } = listed();
const assignee = { id: "U0EXAMPLE", at: LATER, by: { kind: "user", id: "ana", via: "cli" } } as const;
const textOf = (given: Parameters<typeof assignedText>[0]): string => stripVTControlCharacters(assignedText(given, 80));

it("says of which finding it is, and who sees to it now", () => {
  expect(textOf({ id, changed: true, finding: { ...finding, assignee } })).toBe(
    `✔ Assigned  Bucket ACL grants public read  exports\n\n${id}  Assigned to U0EXAMPLE.\n`,
  );
  expect(textOf({ id, changed: true, finding })).toBe(
    `✔ No longer assigned  Bucket ACL grants public read  exports\n\n${id}  Nobody in particular sees to it.\n`,
  );
});
it("says that it was so already", () =>
  expect(textOf({ id, changed: false, finding: { ...finding, assignee } })).toMatch(/^– It was so already {2}Bucket/));
