import type { FindingStore } from "@posture/core";
import { type Failure, failureOf } from "../slack/failure.ts";
import { type Channels, isPerson } from "./channels.ts";
import { type Row, rowOf, type To } from "./rows.ts";
import type { Target } from "./sending.ts";

/** Where the row's message stands or will stand; or why that cannot be said. */
export async function targetOf({ body }: Row, place: To, store: FindingStore, channels: Channels): Promise<Target | Failure> {
  if (body.type === "reply") {
    if (body.answers === null) return { kind: "later", why: "its message does not stand yet" };
    return { channel: body.answers.channel, away: body.away, thread: body.answers };
  }
  if (body.ts !== null) return { channel: body.channel ?? channels.own, away: body.away };
  if (body.type === "finding" && body.group !== null) {
    const inThread = await threadIn(body.group, store, channels);
    if (inThread) return inThread;
  }
  try {
    const channel = await channels.idOf(place);
    if (channel === null) return { kind: "channel", why: "channel_not_found" };
    const thread = body.type === "notice" && body.thread?.channel === channel ? { thread: body.thread } : {};
    return { channel, away: place !== body.to, ...thread };
  } catch (error) {
    const failure = failureOf(error);
    // Slack takes a person's id, too; what it says then decides what becomes of the message.
    if (isPerson(place) && (failure.kind === "other" || failure.why === "missing_scope")) return { channel: place, away: false };
    // Without the scope to look channels up, only those that are named by id can be found.
    return failure.why === "missing_scope" ? { kind: "channel", why: "missing_scope" } : failure;
  }
}

/** `null`: that group never got a message. */
async function threadIn(group: string, store: FindingStore, channels: Channels): Promise<Target | Failure | null> {
  const row = await store.read({ outbox: { keys: [group] } }, ({ outbox }) => (outbox[0] ? rowOf(outbox[0]) : null));
  if (!row || row.state === "dead") return null;
  const { ts, channel, away } = row.body;
  if (ts === null) return { kind: "later", why: "its group has no message yet" };
  const at = channel ?? channels.own;
  return { channel: at, away, thread: { ts, channel: at } };
}
