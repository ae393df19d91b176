import type { ResolvedCheck } from "@posture/core";
import { recheck, sweep, watchesOf } from "@posture/engine";
import { ACCOUNT_ID, type House } from "./house.test.fixture.ts";
import type { Answers, Ask } from "./protocol.ts";
import type { Asking, AskOptions } from "./thread.ts";

/** What the collecting thread does, with a house in place of AWS. */
export function askingOf(house: House, checks: readonly ResolvedCheck[], meanwhile: () => Promise<void>): Asking {
  const { now } = house;
  async function answer(ask: Ask, { onFound }: AskOptions): Promise<unknown> {
    switch (ask.op) {
      case "identity":
        return { accountId: ACCOUNT_ID, partition: "aws", arn: `arn:aws:iam::${ACCOUNT_ID}:user/ann` };
      case "regions":
        return house.regions();
      case "sweep": {
        const { accounts, scopes, seen, hints, newcomer, patience } = ask;
        const watches = watchesOf(checks, [house.hands((house.looks += 1), meanwhile)]);
        const known = { seenOf: (key: string) => seen.get(key), hintsOf: (key: string) => hints.get(key) };
        const again = { times: 2, until: patience, pause: meanwhile };
        await sweep({ watches, accounts, ...(scopes && { scopes }), ...known, newcomer, again }, { now, emit: (it) => onFound?.(it, 0) });
        return { calls: 0, unread: [] };
      }
      case "recheck": {
        const [watch] = watchesOf(checks, [house.hands(null, () => Promise.resolve())]);
        const asked = watch?.enabled.filter(({ check }) => ask.checkIds.includes(check.id));
        return { judgements: watch && asked ? await recheck(watch, asked, ask.ref, ask.seen, now, ask) : [], calls: 0 };
      }
    }
  }
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the switch above pairs them
    ask: async <A extends Ask>(ask: A, options: AskOptions = {}) => (await answer(ask, options)) as Answers[A["op"]],
    close: () => Promise.resolve(),
  };
}
