import pino from "pino";
import { describe, expect, test, vi } from "vitest";
import { Installation } from "./installation.ts";
import type { EventIntake } from "./inbox/intake.ts";
import { watchInstallation, whyEnded } from "./revocation.ts";
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
    const installation = new Installation(log, changed);
    expect(installation.ended).toBeNull();
    installation.end("first");
    installation.end("second");
    expect([installation.ended, changed.mock.calls.length]).toEqual(["first", 1]);
  });
  test("goes on when Slack knows the token again, and is not asked about before it has ended", async () => {
    const installation = new Installation(log);
    let isKnown = false;
    const whoAmI = vi.fn<SlackPort["whoAmI"]>(() =>
      isKnown ? Promise.resolve({ teamId: "T1", userId: "U2" }) : Promise.reject(new Error("account_inactive")),
    );
    const unwatch = watchInstallation(installation, { whoAmI }, 5);
    installation.end("the app was taken out of the workspace");
    await vi.waitFor(() => expect(whoAmI.mock.calls.length).toBeGreaterThan(2));
    expect(installation.ended).not.toBeNull();
    isKnown = true;
    await vi.waitFor(() => expect(installation.ended).toBeNull());
    await unwatch();
  });
});
