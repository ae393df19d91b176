import { expect, test } from "vitest";
import { listener } from "./announcer.test.fixture.ts";
import { createPosture } from "./create.ts";
import type { StatusChange } from "./posture.ts";
import { ann, folder, REASON, swept } from "./suppressing.test.fixture.ts";
