import { testStore } from "@posture/testing";
import { describe, it } from "vitest";
import { openAt } from "./database.test.fixture.ts";

testStore("the Postgres store", openAt, { describe, it }, { reopen: openAt, runs: 8 });
