import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { demoWorld } from "./demo-world.ts";
import { worldJsonSchema } from "./schema.ts";
import { WORLD } from "./small-world.test.fixture.ts";
import { parseWorld } from "./world.ts";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const ajv = new Ajv2020({ allErrors: true });
formats.default(ajv);
const validate = ajv.compile(JSON.parse(read("../../world.schema.json")));

/** The examples of a world in the README. */
const examples: readonly unknown[] = [...read("../../README.md").matchAll(/^```json\n(.*?)^```$/gms)].map(([, text = ""]): unknown =>
  JSON.parse(text),
);

describe("world.schema.json", () => {
  it("is what the code says", () => {
    expect(read("../../world.schema.json"), "Run `pnpm docs:generate` and commit what it writes.").toBe(worldJsonSchema());
  });
  const worlds: readonly (readonly [string, unknown])[] = [
    ["the world of the demo", demoWorld()],
    ["the world of the tests", WORLD],
    ["the smallest world", { accounts: [{ id: "111122223333", regions: ["us-east-1"] }] }],
    ...examples.map((world, i) => [`example ${i + 1} of the README`, world] as const),
  ];
  it.each(worlds)("takes %s, as the sandbox does", (_, world) => {
    expect(validate(JSON.parse(JSON.stringify(world))) || validate.errors).toBe(true);
    expect(() => parseWorld(world)).not.toThrow();
  });
  it("has an example in the README to take", () => expect(examples.length).toBeGreaterThan(0));
  it.each([
    ["no accounts", { accounts: [] }],
    ["an account without regions", { accounts: [{ id: "111122223333" }] }],
    ["an id of eleven digits", { accounts: [{ id: "11112222333", regions: ["us-east-1"] }] }],
    ["a member that there is not", { accounts: [{ id: "111122223333", regions: ["us-east-1"], bukets: [] }] }],
    ["a bucket without a region", { accounts: [{ id: "111122223333", regions: ["us-east-1"], buckets: [{ Name: "example-x" }] }] }],
    ["a date that is none", accountWith({ CreationDate: "yesterday" })],
    ["a permission that S3 has not", accountWith({ Acl: { Grants: [{ Grantee: { Type: "Group" }, Permission: "LOOK" }] } })],
  ])("refuses %s, as the sandbox does", (_, world) => {
    expect(validate(world)).toBe(false);
    expect(() => parseWorld(world)).toThrow("is not valid");
  });
});

function accountWith(bucket: object): object {
  const whole = { Name: "example-x", BucketRegion: "us-east-1", ...bucket };
  return { accounts: [{ id: "111122223333", regions: ["us-east-1"], buckets: [whole] }] };
}
