import { describe, expect, it } from "vitest";
import { Triggers } from "./triggers.ts";

const NOW = 1_700_000_000_000;

describe("a trigger", () => {
  it("opens a window before the person who caused it, and knows the window it came out of", () => {
    const triggers = new Triggers();
    expect(triggers.exchange(triggers.after("U1", NOW), NOW)).toEqual({ person: "U1", view: undefined });
    expect(triggers.exchange(triggers.after("U2", NOW, "V1"), NOW)).toEqual({ person: "U2", view: "V1" });
  });
  it("looks as Slack's do, and no two are alike", () => {
    const triggers = new Triggers();
    const issued = Array.from({ length: 100 }, () => triggers.after("U1", NOW));
    expect(new Set(issued).size).toBe(100);
    expect(issued.every((it) => /^\d+\.\d+\.[0-9a-f]{32}$/.test(it))).toBe(true);
  });
  it("is good for three seconds, and not a millisecond more", () => {
    const triggers = new Triggers();
    const [one, two] = [triggers.after("U1", NOW), triggers.after("U1", NOW)];
    expect(triggers.exchange(one, NOW + 2999)).toMatchObject({ person: "U1" });
    expect(triggers.exchange(two, NOW + 3000)).toEqual({ error: "expired_trigger_id" });
  });
  it("is good once", () => {
    const triggers = new Triggers();
    const trigger = triggers.after("U1", NOW);
    triggers.exchange(trigger, NOW);
    expect(triggers.exchange(trigger, NOW)).toEqual({ error: "exchanged_trigger_id" });
  });
  it.each(["", "12345.98765.abcd2358fdea", new Triggers().after("U1", NOW)])("of somebody else is none: %j", (foreign) =>
    expect(new Triggers().exchange(foreign, NOW)).toEqual({ error: "invalid_trigger_id" }),
  );
});
