import { accessKeyRef } from "@posture/resources-aws/iam";
import { describe, expect, test } from "vitest";
import { accessKeys } from "./iam-access-key.ts";
import {
  ACCOUNT,
  ALICE,
  type Answers,
  csv,
  DENIED,
  generating,
  iamError,
  listAll,
  members,
  NO_SUCH,
  playedAws,
  report,
  result,
  ROOT,
  type Row,
} from "./iam.test.fixture.ts";

const aws = playedAws();
const OLD = "2025-06-01T00:00:00+00:00";
const NEW = "2025-11-01T00:00:00+00:00";
const slot = (rotated: string, active = true, used = "2025-12-30T10:00:00+00:00"): string => `${active},${rotated},${used},eu-west-1,s3`;
const meta = (id: string, created: string, status = "Active"): string =>
  `<UserName>alice</UserName><AccessKeyId>${id}</AccessKeyId><Status>${status}</Status><CreateDate>${created.replace("+00:00", "Z")}</CreateDate>`;
const keys = (...items: readonly string[]): Answers => ({
  ListAccessKeys: result("ListAccessKeys", `<AccessKeyMetadata>${members(...items)}</AccessKeyMetadata><IsTruncated>false</IsTruncated>`),
});
const reported = (...rows: readonly Row[]): Answers => ({
  GenerateCredentialReport: generating("COMPLETE"),
  GetCredentialReport: report(csv(ROOT, ...rows)),
});
const listed = async (answers: Answers): ReturnType<typeof listAll> => listAll(accessKeys, await aws.given(answers), ["key", "lastUsed"]);

describe("listing access keys", () => {
  test("asks for the keys of users who have an active one, and of nobody else", async () => {
    const { found, failure, asOf } = await listed({
      ...reported({ user: "alice", key1: slot(OLD) }, { user: "bob" }, { user: "carol", key1: slot(OLD, false) }),
      ...keys(meta("AKIAONE", OLD)),
    });
    expect(failure).toBeNull();
    expect(asOf).toBe("2026-01-01T00:00:00.000Z");
    expect(aws.asked().flatMap(({ query }) => query.get("UserName") ?? [])).toEqual(["alice"]);
    expect(found).toMatchObject([
      {
        ref: accessKeyRef(ALICE, "AKIAONE", ACCOUNT),
        facets: {
          key: { state: "known", value: { active: true, createdAt: "2025-06-01T00:00:00.000Z" } },
          lastUsed: {
            state: "known",
            asOf: "2026-01-01T00:00:00.000Z",
            value: { at: "2025-12-30T10:00:00.000Z", service: "s3", region: "eu-west-1" },
          },
        },
      },
    ]);
  });
  test("KAG-07, KUN-10: the keys of root are not asked for", async () => {
    const { found } = await listed({ ...reported(), GetCredentialReport: report(csv({ ...ROOT, key1: slot(OLD) })) });
    expect([found, aws.actions().includes("ListAccessKeys")]).toEqual([[], false]);
  });
  test("KAG-12: temporary credentials are never listed as keys", async () =>
    expect((await listed({ ...reported({ user: "alice", key1: slot(OLD) }), ...keys() })).found).toEqual([]));
  test("tells two keys apart by when they were made", async () => {
    const { found } = await listed({
      ...reported({ user: "alice", key1: slot(NEW, true, "2025-12-01T00:00:00+00:00"), key2: slot(OLD) }),
      ...keys(meta("AKIAOLD", OLD), meta("AKIANEW", NEW)),
    });
    expect(found.map(({ ref, facets }) => [ref.subResourceId, facets["lastUsed"]])).toMatchObject([
      ["AKIAOLD", { value: { at: "2025-12-30T10:00:00.000Z" } }],
      ["AKIANEW", { value: { at: "2025-12-01T00:00:00.000Z" } }],
    ]);
  });
  test.each<[string, Row, readonly string[]]>([
    [
      "one was switched off and on again",
      { user: "alice", key1: slot(NEW), key2: slot(NEW) },
      [meta("AKIAONE", OLD), meta("AKIATWO", NEW)],
    ],
    ["both were made in one second", { user: "alice", key1: slot(OLD), key2: slot(OLD) }, [meta("AKIAONE", OLD), meta("AKIATWO", OLD)]],
    ["one came since the report", { user: "alice", key1: slot(OLD) }, [meta("AKIAONE", OLD), meta("AKIATWO", NEW)]],
    ["one went since the report", { user: "alice", key1: slot(OLD), key2: slot(NEW) }, [meta("AKIAONE", OLD)]],
  ])("leaves the last use open where %s", async (_, row, items) => {
    const { found } = await listed({ ...reported(row), ...keys(...items) });
    expect(
      found.some(
        ({ facets }) => "lastUsed" in facets && facets["lastUsed"]?.state === "known" && items.length > 1 && row.key2 === undefined,
      ),
    ).toBe(false);
    expect(found.filter(({ facets }) => "lastUsed" in facets).length).toBeLessThan(found.length);
  });
  test("KAG-10: a user who went since the report has no keys", async () => {
    const { found, failure } = await listed({ ...reported({ user: "alice", key1: slot(OLD) }), ListAccessKeys: NO_SUCH });
    expect([found, failure]).toEqual([[], null]);
  });
  test("is incomplete where the keys of one user are denied, and has the others'", async () => {
    const { found, failure } = await listed({
      ...reported({ user: "alice", key1: slot(OLD) }, { user: "bob", key1: slot(OLD) }),
      ListAccessKeys: ({ query }) =>
        query.get("UserName") === "alice"
          ? DENIED
          : result(
              "ListAccessKeys",
              `<AccessKeyMetadata>${members(meta("AKIABOB", OLD))}</AccessKeyMetadata><IsTruncated>false</IsTruncated>`,
            ),
    });
    expect(found.map(({ ref }) => ref.name)).toEqual(["AKIABOB"]);
    expect(failure).toMatchObject({ gap: { reason: "denied", missing: ["iam:ListAccessKeys"] } });
  });
  test.each([
    ["denied", { GetCredentialReport: DENIED }],
    ["not-ready", { GenerateCredentialReport: generating("STARTED") }],
    ["malformed", { ListAccessKeys: result("ListAccessKeys", "") }],
    ["malformed", { ListAccessKeys: { body: "" } }],
  ] as const)("that is %s is incomplete", async (reason, answers) => {
    const { failure } = await listed({ ...reported({ user: "alice", key1: slot(OLD) }), ...keys(meta("AKIAONE", OLD)), ...answers });
    expect(failure).toMatchObject({ gap: { reason } });
  });
});

describe("reading one access key", () => {
  const REF = accessKeyRef(ALICE, "AKIAONE", ACCOUNT);
  const read = async (facet: string, answers: Answers): Promise<unknown> =>
    accessKeys.bind(await aws.given(answers)).read(REF, facet, undefined);
  test("takes one call", async () => {
    expect(await read("key", keys(meta("AKIAONE", OLD, "Inactive"), meta("AKIATWO", NEW)))).toMatchObject({
      state: "known",
      value: { active: false },
    });
    expect(aws.actions()).toEqual(["ListAccessKeys"]);
  });
  test("KUN-13: that is not among its user's is gone", async () =>
    expect(await read("key", keys(meta("AKIATWO", NEW)))).toMatchObject({ state: "gone" }));
  test("KAG-10: of a user who is gone is gone", async () =>
    expect(await read("key", { ListAccessKeys: NO_SUCH })).toMatchObject({ state: "gone" }));
  test.each([
    [
      "<LastUsedDate>2025-12-30T10:00:00Z</LastUsedDate><ServiceName>s3</ServiceName><Region>eu-west-1</Region>",
      { at: "2025-12-30T10:00:00.000Z", service: "s3", region: "eu-west-1" },
    ],
    ["<ServiceName>N/A</ServiceName><Region>N/A</Region>", { at: null, service: null, region: null }],
  ])("last used %s", async (body, value) => {
    const answer = result("GetAccessKeyLastUsed", `<UserName>alice</UserName><AccessKeyLastUsed>${body}</AccessKeyLastUsed>`);
    expect(await read("lastUsed", { GetAccessKeyLastUsed: answer })).toMatchObject({ state: "known", value });
  });
  test.each([
    ["denied", DENIED],
    ["throttled", iamError(400, "Throttling")],
    ["malformed", result("GetAccessKeyLastUsed", "")],
  ])("whose last use is %s is unreadable", async (reason, answer) =>
    expect(await read("lastUsed", { GetAccessKeyLastUsed: answer })).toMatchObject({ state: "unreadable", reason }),
  );
  test("KAG-08: is by the report no younger than its user's youngest active key", async () => {
    expect(await read("rotation", reported({ user: "alice", key1: slot(OLD), key2: slot(NEW) }))).toMatchObject({
      state: "known",
      asOf: "2026-01-01T00:00:00.000Z",
      value: { lastRotated: "2025-11-01T00:00:00.000Z" },
    });
    expect(aws.actions()).toEqual(["GetCredentialReport"]);
  });
  test("KAG-09: has no age by a report that does not show it", async () =>
    expect(await read("rotation", reported({ user: "alice", key1: slot(OLD, false) }))).toMatchObject({
      state: "known",
      value: { lastRotated: null },
    }));
});
