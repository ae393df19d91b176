import { plus } from "@posture/core";
import pino from "pino";
import { describe, expect, test, vi } from "vitest";
import { NOW } from "./finding.test.fixture.ts";
import { Installation } from "./installation.ts";
import type { EventIntake } from "./inbox/intake.ts";
import { whyEnded } from "./revocation.ts";
import type { SlackPort } from "./slack/port.ts";

const log = pino({ level: "silent" });
const told = (event: EventIntake["event"]): EventIntake => ({ type: "event_callback", event_id: "Ev1", event });

describe("posting ends", () => {
  test("when the app is taken out", () => expect(whyEnded(told({ type: "app_uninstalled" }), "U2")).toContain("taken out"));
  test.each<[string, readonly string[], string | undefined, boolean]>([
    ["the bot's own token is revoked", ["U1", "U2"], "U2", true],
    ["another bot's token is revoked", ["U1"], "U2", false],
    ["a person's token is revoked", [], "U2", false],
    ["some token is revoked, and the bot does not know its own user yet", ["U1"], undefined, true],
  ])("when %s: %j, %s, %s", (_, bot, user, ends) =>
    expect(whyEnded(told({ type: "tokens_revoked", tokens: { bot: [...bot] } }), user) !== null).toBe(ends),
  );
});

describe("an installation that has ended", () => {
  test("says why it ended first, and tells once", () => {
    const changed = vi.fn<() => void>();
    const installation = new Installation({
      slack: { whoAmI: () => Promise.reject(new Error("not asked")) },
      now: () => NOW,
      log,
      onChange: changed,
    });
    expect(installation.ended).toBeNull();
    installation.end("first");
    installation.end("second");
    expect([installation.ended, changed.mock.calls.length]).toEqual([{ why: "first", since: NOW }, 1]);
  });
  test("goes on when Slack knows the token again, and is asked about every two minutes, and not before it has ended", async () => {
    let [at, isKnown] = [NOW, false];
    const whoAmI = vi.fn<SlackPort["whoAmI"]>(() =>
      isKnown ? Promise.resolve({ teamId: "T1", userId: "U2" }) : Promise.reject(new Error("nobody answers")),
    );
    const installation = new Installation({ slack: { whoAmI }, now: () => at, log });
    const silenceAfter = async (milliseconds: number): Promise<readonly [number, number]> => {
      at = plus(NOW, milliseconds);
      return [await installation.silence(), whoAmI.mock.calls.length];
    };
    expect(await silenceAfter(0)).toEqual([0, 0]);
    installation.end("the app was taken out of the workspace");
    expect(await silenceAfter(30_000)).toEqual([90_000, 0]);
    expect(await silenceAfter(120_000)).toEqual([120_000, 1]);
    expect(installation.ended?.since).toBe(NOW);
    isKnown = true;
    expect(await silenceAfter(200_000)).toEqual([40_000, 1]);
    expect(await silenceAfter(240_000)).toEqual([0, 2]);
    expect(installation.ended).toBeNull();
  });
});
