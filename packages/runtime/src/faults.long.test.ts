import { describe, test } from "vitest";
import { expectNothingInvented, expectNothingLost, KINDS, READS, useFaults } from "./faults.test.fixture.ts";

useFaults();

describe.each(READS)("when %s", (operation) => {
  test.each(KINDS)("is %s, a sweep of what was known resolves nothing, invents nothing, and says what it could not read", (kind) =>
    expectNothingLost(operation, kind),
  );
  test.each(KINDS)("is %s from the start, what is found is what there is, and no more", (kind) => expectNothingInvented(operation, kind));
});
