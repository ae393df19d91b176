import { describe, expect, it } from "vitest";
import { kindOfPlace, shownPlace } from "./places.ts";

describe("a place", () => {
  it("is memory, a database, or else a folder", () => {
    const kinds = ["memory", ".posture", "/var/lib/postgres", "postgres://host/db", "postgresql://u:p@host/db"].map(kindOfPlace);
    expect(kinds).toEqual(["memory", "folder", "folder", "postgres", "postgres"]);
  });
  it.each([
    ["postgres://user:secret@host:5432/db", "postgres://user:…@host:5432/db"],
    ["postgres://user:se:cr/et@host/db", "postgres://user:…@host/db"],
    ["postgres://host/db?user=me&password=secret", "postgres://host/db?user=me&password=…"],
    ["postgres://user@host/db", "postgres://user@host/db"],
    ["/data/of:me@home", "/data/of:me@home"],
  ])("%s is shown as %s", (place, shown) => expect(shownPlace(place)).toBe(shown));
});
