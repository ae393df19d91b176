import { describe, expect, test } from "vitest";
import { holdersOf, resolveRoles, ROLES, rolesShape } from "./roles.ts";

const wrongWith = (roles: unknown): string =>
  rolesShape
    .safeParse(roles)
    .error?.issues.map(({ message }) => message)
    .join("; ") ?? "";

describe("slack.roles", () => {
  test("gives every full member all of it where nothing is configured", () => {
    for (const role of ROLES) expect(holdersOf(resolveRoles(), role)).toEqual([{ kind: "everyone" }]);
  });

  test("takes people, user groups, channels, everyone and the workspace's admins", () => {
    const given = { viewer: ["everyone"], analyst: ["U0ANA", "W0BEN", "S0SECOPS", "C0ONCALL", "G0PRIVATE"], admin: ["workspace-admins"] };
    const roles = resolveRoles(rolesShape.parse(given));
    expect(roles.analyst.map(({ kind }) => kind)).toEqual(["person", "person", "group", "channel", "channel"]);
    expect(roles.responder).toEqual([]);
  });

  test("names for a role also those who have one above it, each once", () => {
    const roles = resolveRoles({ responder: ["U0ANA"], analyst: ["S0SECOPS", "U0ANA"], admin: ["U0BEN"] });
    const named = (role: (typeof ROLES)[number]): unknown[] => holdersOf(roles, role).map((it) => ("id" in it ? it.id : it.kind));
    expect(named("viewer")).toEqual(["U0ANA", "S0SECOPS", "U0BEN"]);
    expect(named("analyst")).toEqual(["S0SECOPS", "U0ANA", "U0BEN"]);
    expect(named("approver")).toEqual(["U0BEN"]);
  });

  test("refuses what is no id of Slack, and says what one looks like", () => {
    for (const text of ["@ana", "#security", "ana@example.com", "u0ana", "all", ""])
      expect(wrongWith({ admin: [text] })).toContain("U… of a person, S… of a user group, C… of a channel");
  });

  test("refuses a role that it does not know, a role of nobody, and no role at all", () => {
    expect(wrongWith({ owner: ["U0ANA"] })).toContain("owner");
    expect(wrongWith({ admin: [] })).toContain("leave it out");
    expect(wrongWith({})).toContain("every full member may do all");
  });
});
