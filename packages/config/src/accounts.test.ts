import { describe, expect, it } from "vitest";
import { accountsShape, resolveAccounts } from "./accounts.ts";

const SHOP = "arn:aws:iam::222233334444:role/audit/posture-read";
const BANK = "arn:aws:iam::111122224444:role/posture-read";

describe("the accounts of a configuration", () => {
  it("are those of their roles, in order", () =>
    expect(resolveAccounts(accountsShape.parse([{ role: SHOP, externalId: "shop-1" }, { role: BANK }]))).toEqual([
      { id: "111122224444", role: BANK, externalId: null },
      { id: "222233334444", role: SHOP, externalId: "shop-1" },
    ]));
  it("are none where nothing is said", () => expect(resolveAccounts()).toEqual([]));
  it.each([
    ["the name of a role", { role: "posture-read" }, "the role of an account is its ARN"],
    ["a user", { role: "arn:aws:iam::222233334444:user/posture" }, "the role of an account is its ARN"],
    ["an external id that STS refuses", { role: SHOP, externalId: "a b" }, "an external id has 2 to 1224"],
    ["a word that is none", { role: SHOP, name: "shop" }, "Unrecognized key"],
  ])("are refused with %s", (_, given, why) => expect(accountsShape.safeParse([given]).error?.issues[0]?.message).toContain(why));
  it("are refused where two roles are of one account", () =>
    expect(accountsShape.safeParse([{ role: SHOP }, { role: SHOP.replace("audit/", "") }]).error?.issues[0]?.message).toContain(
      "named twice",
    ));
});
