import { memoryStore } from "@posture/core";
import { describe, it } from "vitest";
import { testStore } from "./store-suite.ts";

testStore("the memory store", async () => memoryStore(), { describe, it });
