import { test } from "vitest";
import { expectExactlyThoseThatNeedIt } from "./denied.test.fixture.ts";
import { READS, useFaults } from "./faults.test.fixture.ts";

useFaults();

test.each(READS)("where %s is denied, exactly the checks that need it are unknown, and name the action", (operation) =>
  expectExactlyThoseThatNeedIt(operation),
);
