import { isPostureError } from "@posture/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { demoWorld } from "./demo-world.ts";
import { patched } from "./patch.ts";
import { OWN, WORLD } from "./small-world.test.fixture.ts";
import { parseWorld, type World } from "./world.ts";

const change = (account: object): object => ({ accounts: [{ id: OWN, ...account }] });
const bucket = (world: World, name: string): unknown => world.accounts[0]?.buckets.find(({ Name }) => Name === name);

describe("a change of a world", () => {
  it("leaves what it does not mention", () => {
    const after = patched(WORLD, change({ buckets: [{ Name: "example-plain", Policy: "{}" }] }));
    expect(bucket(after, "example-plain")).toEqual({ Name: "example-plain", BucketRegion: "us-east-1", Policy: "{}" });
    expect(bucket(after, "example-bare")).toEqual(bucket(WORLD, "example-bare"));
    expect(after.accounts[1]).toEqual(WORLD.accounts[1]);
  });
  it("adds what is new, and takes away what is named", () => {
    const added = patched(WORLD, change({ buckets: [{ Name: "example-new", BucketRegion: "eu-west-1" }] }));
    expect(bucket(added, "example-new")).toEqual({ Name: "example-new", BucketRegion: "eu-west-1" });
    expect(patched(added, change({ remove: ["example-new"] }))).toEqual(WORLD);
  });
  it("takes a member away by null, except where null says that there is none", () => {
    const given = patched(WORLD, change({ buckets: [{ Name: "example-plain", Policy: "{}", OwnershipControls: null }] }));
    const after = patched(given, change({ buckets: [{ Name: "example-plain", Policy: null }] }));
    expect(bucket(after, "example-plain")).toEqual({ Name: "example-plain", BucketRegion: "us-east-1", OwnershipControls: null });
  });
  it("may name an account's own block, regions, keys and alias", () => {
    const publicAccessBlock = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
    const own = { publicAccessBlock, regions: ["us-west-2"], accessKeyIds: ["AKIANEW"], alias: "example" };
    const after = patched(WORLD, change(own));
    expect(after.accounts[0]).toEqual({ ...WORLD.accounts[0], ...own });
    expect(patched(after, change({ publicAccessBlock: null })).accounts[0]).not.toHaveProperty("publicAccessBlock");
  });
  it("may name several accounts, and one of them twice", () => {
    const [first, second] = ["example-a", "example-b"].map((Name) => ({ Name, BucketRegion: "us-east-1" }));
    const after = patched(WORLD, {
      accounts: [
        { id: OWN, buckets: [first] },
        { id: OWN, buckets: [second], remove: ["example-a"] },
      ],
    });
    expect([bucket(after, "example-a"), bucket(after, "example-b")]).toEqual([undefined, second]);
  });
});

const name = fc.constantFrom("example-plain", "example-bare", "example-new", "example-newer", "x");
const member = fc.oneof(
  fc.record({ Policy: fc.constantFrom("{}", null, 7) }),
  fc.record({ VersioningConfiguration: fc.constantFrom({ Status: "Enabled" }, null, { Status: "On" }) }),
  fc.record({ BucketRegion: fc.constantFrom("us-east-1", "eu-west-1", "mars") }),
  fc.record({ OwnershipControls: fc.constant(null) }),
  fc.record({ colour: fc.constant("red") }),
);
const account = fc.record(
  {
    id: fc.constantFrom(OWN, "444455556666", "999999999999"),
    buckets: fc.array(
      fc.tuple(name, member).map(([Name, more]) => ({ Name, ...more })),
      { maxLength: 3 },
    ),
    securityGroups: fc.array(fc.record({ GroupId: fc.constantFrom("sg-00000001", "sg-x"), Description: fc.string() }), { maxLength: 2 }),
    remove: fc.array(fc.constantFrom("example-plain", "sg-00000001", "pl-00000002", "example-nowhere"), { maxLength: 2 }),
    regions: fc.constantFrom(["us-east-1"], []),
  },
  { requiredKeys: ["id"] },
);

describe("whatever the change", () => {
  it("all of it is applied, or it is refused and nothing happened", () => {
    fc.assert(
      fc.property(fc.array(account, { maxLength: 3 }), (accounts) => {
        const before = structuredClone(WORLD);
        let after: World;
        try {
          after = patched(WORLD, { accounts });
        } catch (error) {
          expect(isPostureError(error) && error.code).toBe("POSTURE_WORLD_INVALID");
          expect(WORLD).toEqual(before);
          return;
        }
        expect(WORLD).toEqual(before);
        expect(after).toEqual(parseWorld(expected(accounts)));
      }),
      { numRuns: 500 },
    );
  });
  it("twice the same is once, where nothing is removed", () => {
    fc.assert(
      fc.property(account, ({ remove: _remove, ...rest }) => {
        const once = attempt(WORLD, rest);
        expect(once === null ? null : patched(once, { accounts: [rest] })).toEqual(once);
      }),
    );
  });
});

function attempt(world: World, one: object): World | null {
  try {
    return patched(world, { accounts: [one] });
  } catch {
    return null;
  }
}

type Resource = Record<string, unknown>;
interface Change {
  readonly id: string;
  readonly buckets?: readonly Resource[] | undefined;
  readonly securityGroups?: readonly Resource[] | undefined;
  readonly remove?: readonly string[] | undefined;
  readonly regions?: readonly string[] | undefined;
}

/** The same, told one member at a time. */
function expected(changes: readonly Change[]): unknown {
  const accounts = WORLD.accounts.map(({ buckets, securityGroups, prefixLists, ...rest }) => ({
    rest: { ...rest },
    buckets: byName(
      buckets.map((it) => ({ ...it })),
      "Name",
    ),
    securityGroups: byName(
      securityGroups.map((it) => ({ ...it })),
      "GroupId",
    ),
    prefixLists: byName(
      prefixLists.map((it) => ({ ...it })),
      "PrefixListId",
    ),
  }));
  for (const { id, buckets = [], securityGroups = [], remove = [], regions } of changes) {
    const account = accounts.find(({ rest }) => rest.id === id);
    if (!account) throw new Error(`there is no ${id}`);
    if (regions) account.rest.regions = regions;
    for (const it of buckets) tell(account.buckets, String(it["Name"]), it);
    for (const it of securityGroups) tell(account.securityGroups, String(it["GroupId"]), it);
    for (const gone of remove) for (const list of [account.buckets, account.securityGroups, account.prefixLists]) list.delete(gone);
  }
  return {
    accounts: accounts.map(({ rest, buckets, securityGroups, prefixLists }) => ({
      ...rest,
      buckets: [...buckets.values()],
      securityGroups: [...securityGroups.values()],
      prefixLists: [...prefixLists.values()],
    })),
  };
}

function byName(resources: readonly Resource[], key: string): Map<string, Resource> {
  return new Map(resources.map((it) => [String(it[key]), it]));
}
function tell(list: Map<string, Resource>, name: string, members: Resource): void {
  const resource = { ...list.get(name) };
  for (const [member, value] of Object.entries(members)) {
    if (value === null && member !== "OwnershipControls") delete resource[member];
    else resource[member] = value;
  }
  list.set(name, resource);
}

describe("a world that is written down", () => {
  it.each([
    ["the small one", WORLD],
    ["that of the demo", demoWorld()],
  ])("and read again is the same: %s", (_, world) => expect(parseWorld(JSON.parse(JSON.stringify(world)))).toEqual(world));
});
