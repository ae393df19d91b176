import { memoryStore } from "@posture/core";
import { expect, test } from "vitest";
import { ACCOUNT, AT, CHECK, listed, NOW, refOf } from "../finding.test.fixture.ts";
import { asked } from "./asked.ts";
import { knownTo } from "./known.ts";

const SWEEP = {
  id: "sweep-1",
  begunAt: AT,
  finishedAt: NOW,
  accounts: [{ accountId: ACCOUNT, regions: ["us-east-1"], baseline: true }],
  coverage: [],
  undecided: [],
  unread: [],
  calls: 1,
};

test("a region, an account and a check are known when they are watched or loaded, or when a finding has them", async () => {
  const store = memoryStore();
  const ref = { ...refOf("old"), region: "ap-south-2", accountId: "999988887777" };
  await store.transact({}, () => ({
    at: AT,
    events: [],
    writes: [
      { kind: "sweep", value: SWEEP },
      { kind: "finding", value: listed("retired", { checkId: "gone/check", ref }).finding },
    ],
    result: undefined,
  }));
  const read = async (typed: string): Promise<unknown> => {
    const parts = { store, now: () => NOW, posture: { checks: new Map([[CHECK.id, CHECK]]) } };
    return asked(typed, await knownTo(parts, typed));
  };
  expect(await read("us-east-1")).toEqual({ asked: { regions: ["us-east-1"] } });
  expect(await read("global")).toEqual({ asked: { regions: ["global"] } });
  expect(await read(ACCOUNT)).toEqual({ asked: { accounts: [ACCOUNT] } });
  expect(await read("s3/bucket-acl-public")).toEqual({ asked: { checks: ["s3/bucket-acl-public"] } });
  expect(await read("in ap-south-2")).toEqual({ asked: { regions: ["ap-south-2"] } });
  expect(await read("account=999988887777")).toEqual({ asked: { accounts: ["999988887777"] } });
  expect(await read("check=Gone/Check")).toEqual({ asked: { checks: ["gone/check"] } });
  for (const typed of ["eu-west-1", "account=999988887778", "check=gone/chec"]) expect(await read(typed)).toHaveProperty("mistake");
  await store.close();
});
