import { createHmac, randomBytes } from "node:crypto";

/* What somebody might send who is not Slack, or Slack by mistake. Every sort is by name, and none may be taken. */

export const SECRET = "0123456789abcdef";
export const OURS = { teamId: "T1", appId: "A1" } as const;

export interface Sent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}
/** A number below 1. */
export type Chance = () => number;

const FORM = "application/x-www-form-urlencoded";
const JSON_TYPE = "application/json";

export function signed(body: Buffer, seconds: number, type = FORM, secret = SECRET): Sent {
  const signature = `v0=${createHmac("sha256", secret).update(`v0:${seconds}:`).update(body).digest("hex")}`;
  return { headers: { "content-type": type, "x-slack-request-timestamp": String(seconds), "x-slack-signature": signature }, body };
}

let commands = 0;
/** A command that is as it should be, and unlike any other. */
export function command(more: Readonly<Record<string, string>> = {}): Buffer {
  commands += 1;
  const fields = {
    command: "/posture",
    text: "status",
    user_id: "U1",
    channel_id: "C1",
    trigger_id: `${commands}.1`,
    team_id: "T1",
    api_app_id: "A1",
  };
  return Buffer.from(new URLSearchParams({ ...fields, ...more }).toString());
}

type Make = (chance: Chance, seconds: number) => Sent;
const pick = <T>(from: readonly [T, ...T[]], chance: Chance): T => from[Math.floor(chance() * from.length)] ?? from[0];

/** A header changed after the signature was made. */
function withHeader(sent: Sent, name: string, value: string): Sent {
  return { ...sent, headers: { ...sent.headers, [name]: value } };
}
function without(sent: Sent, name: string): Sent {
  return { ...sent, headers: Object.fromEntries(Object.entries(sent.headers).filter(([key]) => key !== name)) };
}
function flipped(bytes: Buffer, chance: Chance): Buffer {
  const changed = Buffer.from(bytes);
  const place = Math.floor(chance() * changed.length);
  changed[place] = (changed[place] ?? 0) ^ (1 << Math.floor(chance() * 8));
  return changed;
}
function nested(depth: number): string {
  return `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
}

const NO_COMMAND = [
  "null",
  "true",
  "7",
  '"text"',
  "[]",
  "[{}]",
  "{}",
  "{",
  '{"type":"block_actions"}',
  '{"type":"block_actions","user":{"id":"U1"},"trigger_id":"1.1","actions":[]}',
  '{"type":"view_submission","user":null}',
  '{"__proto__":{"command":"/posture"}}',
  '{"constructor":{"prototype":{"command":"/posture"}}}',
  '{"command":"/posture"}',
  '{"command":{"toString":"/posture"},"user_id":"U1","channel_id":"C1","trigger_id":"1.1"}',
  '{"type":"event_callback","event_id":"E1","event":{"type":"message"}}',
] as const;

/** By what is wrong with it. */
export const SORTS: Readonly<Record<string, Make>> = {
  "signed by somebody else": (chance, at) => signed(command(), at, FORM, String(chance())),
  "too old": (chance, at) => signed(command(), at - 310 - Math.floor(chance() * 1e6)),
  "from the future": (chance, at) => signed(command(), at + 310 + Math.floor(chance() * 1e6)),
  "without a signature": (_, at) => without(signed(command(), at), "x-slack-signature"),
  "without a timestamp": (_, at) => without(signed(command(), at), "x-slack-request-timestamp"),
  "with a timestamp that is none": (chance, at) =>
    withHeader(
      signed(command(), at),
      "x-slack-request-timestamp",
      pick(["", "NaN", "1e9", "-1", "0x10", ` ${at}x`, `${at}.5`, "9".repeat(40), `${at},${at}`], chance),
    ),
  "with another timestamp than the one that was signed": (chance, at) =>
    withHeader(signed(command(), at), "x-slack-request-timestamp", String(at - 1 - Math.floor(chance() * 200))),
  "with a signature that is none": (chance, at) =>
    withHeader(
      signed(command(), at),
      "x-slack-signature",
      pick(["", "v0=", "v1=0", "v0=zz", `v0=${"0".repeat(64)}`, "x".repeat(4000)], chance),
    ),
  "with half a signature": (chance, at) => {
    const sent = signed(command(), at);
    return withHeader(sent, "x-slack-signature", (sent.headers["x-slack-signature"] ?? "").slice(0, Math.floor(chance() * 66)));
  },
  "with two signatures": (_, at) => {
    const sent = signed(command(), at);
    return withHeader(sent, "x-slack-signature", `${sent.headers["x-slack-signature"]},${sent.headers["x-slack-signature"]}`);
  },
  "changed after it was signed": (chance, at) => {
    const sent = signed(command(), at);
    return { ...sent, body: flipped(sent.body, chance) };
  },
  "longer than what was signed": (_, at) => {
    const sent = signed(command(), at);
    return { ...sent, body: Buffer.concat([sent.body, Buffer.from("&text=summary")]) };
  },
  "signed, and no request": (chance, at) => signed(Buffer.from(pick(NO_COMMAND, chance)), at, JSON_TYPE),
  "signed, with a payload that is none": (chance, at) =>
    signed(Buffer.from(new URLSearchParams({ payload: pick(NO_COMMAND, chance) }).toString()), at),
  "signed, of random bytes": (chance, at) =>
    signed(randomBytes(Math.floor(chance() * 500)), at, pick([FORM, JSON_TYPE, "text/plain"], chance)),
  "signed, cut off": (chance, at) => {
    const whole = Buffer.from(JSON.stringify({ type: "block_actions", user: { id: "U1" }, api_app_id: "A1", trigger_id: "1.1" }));
    return signed(whole.subarray(0, Math.floor(chance() * whole.length)), at, JSON_TYPE);
  },
  "signed, and deeper than anybody nests": (chance, at) => signed(Buffer.from(nested(1000 + Math.floor(chance() * 2000))), at, JSON_TYPE),
  "signed, and a command without its user": (_, at) => signed(Buffer.from("command=%2Fposture&channel_id=C1&trigger_id=9.9"), at),
  "signed, for another app": (chance, at) => signed(command({ api_app_id: `A${2 + Math.floor(chance() * 1e6)}` }), at),
  "signed, from another workspace": (chance, at) => signed(command({ team_id: `T${2 + Math.floor(chance() * 1e6)}` }), at),
};
