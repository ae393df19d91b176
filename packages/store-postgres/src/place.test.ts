import { describe, expect, it } from "vitest";
import { placeOfPool, placeOfUrl } from "./place.ts";

describe("the place of a store in a database", () => {
  it.each([
    ["postgres://user:hidden@db.example.com:6432/team?sslmode=require", "postgres://db.example.com:6432/team", "team", "posture"],
    [
      "postgresql://user:hidden@db.example.com/team?schema=other&password=hidden",
      "postgres://db.example.com/team?schema=other",
      "team",
      "other",
    ],
    ["postgres://user:hidden@[::1]/", "postgres://[::1]/user", "user", "posture"],
    ["postgres://db.example.com/with%20space", "postgres://db.example.com/with space", "with space", "posture"],
  ])("%s is shown without a password", (url, name, database, schema) => {
    expect(placeOfUrl(url)).toMatchObject({ name, database, schema });
    expect(JSON.stringify([placeOfUrl(url).name, placeOfUrl(url).application])).not.toContain("hidden");
  });
  it("keeps for the driver what is not ours", () => {
    expect(placeOfUrl("postgres://u@h/d?schema=x&sslmode=require").pool.connectionString).toBe("postgres://u@h/d?sslmode=require");
  });
  it("is that of a pool's settings too", () => {
    expect(placeOfPool({ host: "h", port: 1, database: "d", password: "hidden" })).toMatchObject({
      name: "postgres://h:1/d",
      schema: "posture",
    });
    expect(placeOfPool({ connectionString: "postgres://u:hidden@h/d", max: 3 }, "s")).toMatchObject({
      name: "postgres://h/d?schema=s",
      application: "posture s",
      pool: { max: 3 },
    });
  });
  it.each(["mysql://user:hidden@h/d", "postgres://user:hidden@/", "postgres:"])("%s is none, and the message shows no password", (text) => {
    expect(() => placeOfUrl(text)).toThrow(
      expect.objectContaining({ code: "POSTURE_STORE_PLACE_INVALID", message: expect.not.stringContaining("hidden") }),
    );
  });
});
