import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryStore } from "@posture/core";
import { type SimulatedAws, startAws, type World } from "@posture/sandbox/aws";
import { afterAll, afterEach, beforeAll } from "vitest";
import { createPosture } from "./create.ts";
import type { Posture } from "./posture.ts";

/** A simulated AWS whose calls are counted, for the tests of a file, and Postures that ask it and do not wait to be patient. */
export class Counted {
  aws!: SimulatedAws;
  folder = "";
  readonly #opened: Posture[] = [];

  /** `world`: what there is before a test says otherwise. */
  static forFile(world: () => World, region = "us-east-1"): Counted {
    const counted = new Counted();
    const before = { ...process.env };
    beforeAll(async () => {
      counted.folder = mkdtempSync(join(tmpdir(), "posture-calls-"));
      counted.aws = await startAws({ world: world() });
      Object.assign(process.env, {
        AWS_ENDPOINT_URL: counted.aws.url,
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
        AWS_SECRET_ACCESS_KEY: "x",
        AWS_EC2_METADATA_DISABLED: "true",
      });
    });
    afterEach(async () => {
      counted.aws.clearFaults();
      for (const posture of counted.#opened.splice(0)) await posture.close();
    });
    afterAll(async () => {
      await counted.aws.close();
      rmSync(counted.folder, { recursive: true });
      process.env = before;
    });
    return counted;
  }

  /** With nothing in its store. It is closed after the test. */
  async fresh(): Promise<Posture> {
    const settings = { endpoint: this.aws.url, region: process.env["AWS_REGION"] ?? "", sleep: (): Promise<void> => Promise.resolve() };
    const posture = await createPosture({ store: memoryStore(), folder: this.folder, aws: settings, patience: 0 });
    this.#opened.push(posture);
    return posture;
  }

  /** After a sweep of this world, whose calls alone are counted. */
  async swept(world: World): Promise<Posture> {
    this.aws.setWorld(world);
    const posture = await this.fresh();
    this.aws.clearCalls();
    await posture.sweep();
    return posture;
  }
}
