import type { SlackFault } from "@posture/sandbox/slack";
import fc from "fast-check";
import type { Where } from "./house.test.fixture.ts";

/* What can happen in a story of faults, and how often. */

export interface Arrival {
  readonly where: readonly Where[];
  readonly severity: "critical" | "high";
  readonly check: number;
}

export type Step =
  /** `heard`: a change event led to it. */
  | { readonly kind: "news"; readonly findings: readonly Arrival[]; readonly heard?: boolean }
  /** What is open is resolved; what is resolved opens again. */
  | { readonly kind: "change"; readonly which: number; readonly heard?: boolean }
  /** What is open is suppressed; what is suppressed is so until now. */
  | { readonly kind: "lapse"; readonly which: number }
  | { readonly kind: "fault"; readonly fault: SlackFault; readonly where: Where | "anywhere" }
  | { readonly kind: "restart" }
  | { readonly kind: "death"; readonly steps: number; readonly midway: boolean }
  /** Another bot leads from now on, and the one that did is still there. */
  | { readonly kind: "handover" }
  | { readonly kind: "pass"; readonly seconds: number };

const RETRY_AFTER = [
  1,
  2,
  30,
  300,
  0,
  -5,
  0.5,
  86_400,
  99_999_999_999,
  "soon",
  "",
  "1e9",
  "NaN",
  "Wed, 21 Oct 2026 07:28:00 GMT",
  null,
] as const;
const UNDERWAY: readonly SlackFault["kind"][] = [
  "reset_before",
  "reset_after",
  "hang",
  "hang_after",
  "error_500",
  "error_500_after",
  "broken_json",
  "html",
];
const times = fc.integer({ min: 1, max: 3 });
const failing = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom(...UNDERWAY), times }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("ratelimited" as const), times, retryAfter: fc.constantFrom(...RETRY_AFTER) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("error" as const),
      error: fc.constantFrom("is_archived", "not_in_channel", "channel_not_found", "internal_error", "fatal_error", "service_unavailable"),
      times,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("error" as const), error: fc.constant("invalid_blocks"), times: fc.constant(1) }) },
);
const local = fc
  .tuple(
    failing,
    fc.constantFrom("chat.postMessage", "chat.postMessage", "chat.update", "conversations.history", "conversations.replies"),
    fc.constantFrom(null, "#infra" as const),
  )
  .filter(([fault, method]) => !(method.startsWith("conversations.") && fault.kind === "error"))
  // A limit of how often messages may be changed is one for the whole workspace.
  .map(([fault, method, where]): Step => ({
    kind: "fault",
    fault: { ...fault, method },
    where: method === "chat.update" && fault.kind === "ratelimited" ? "anywhere" : where,
  }));
const revoked = fc
  .record({
    error: fc.constantFrom("token_revoked", "account_inactive", "invalid_auth"),
    times,
    method: fc.constantFrom("chat.postMessage", "chat.update", "auth.test", "conversations.list"),
  })
  .map((fault): Step => ({ kind: "fault", fault: { ...fault, kind: "error" }, where: "anywhere" }));
const lookups = fc
  .record({ kind: fc.constantFrom(...UNDERWAY), times, method: fc.constantFrom("conversations.list", "auth.test", "chat.getPermalink") })
  .map((fault): Step => ({ kind: "fault", fault, where: "anywhere" }));
const places = fc.constantFrom<readonly Where[]>(
  [null],
  [null],
  ["#infra"],
  ["#infra"],
  ["#calm"],
  ["#night"],
  ["#night"],
  [null, "#infra"],
  ["#infra", "#calm"],
  [null, "#night"],
);
const news = fc.record({
  where: places,
  severity: fc.constantFrom("critical" as const, "high" as const),
  check: fc.nat(3),
});

const heard = fc.boolean();

export const steps = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constant("news" as const), findings: fc.array(news, { minLength: 1, maxLength: 3 }), heard }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("change" as const), which: fc.nat(20), heard }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("lapse" as const), which: fc.nat(20) }) },
    { weight: 6, arbitrary: local },
    { weight: 1, arbitrary: revoked },
    { weight: 1, arbitrary: lookups },
    { weight: 1, arbitrary: fc.constant({ kind: "restart" as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: "handover" as const }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("death" as const), steps: fc.nat(14), midway: fc.boolean() }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("pass" as const), seconds: fc.constantFrom(1, 4, 40, 320, 3700) }) },
  ),
  { minLength: 6, maxLength: 16, size: "max" },
);

/** What once ended wrongly is told first. A group came to tell a finding whose own message was about to be posted, and whose channel was still looked for. */
export const ONCE_WRONG: readonly Step[] = [
  { kind: "fault", fault: { kind: "reset_before", times: 1, method: "chat.postMessage" }, where: "#infra" },
  { kind: "fault", fault: { error: "account_inactive", times: 2, method: "chat.postMessage", kind: "error" }, where: "anywhere" },
  {
    kind: "news",
    findings: [
      { where: [null], severity: "critical", check: 2 },
      { where: [null, "#infra"], severity: "high", check: 2 },
    ],
  },
  { kind: "death", steps: 9, midway: true },
  { kind: "change", which: 1 },
  { kind: "death", steps: 5, midway: true },
  { kind: "death", steps: 6, midway: true },
  { kind: "news", findings: [{ where: ["#infra"], severity: "high", check: 2 }] },
];
