import type { FindingStore, Instant, Json, LogRecord, Write } from "@posture/core";

const AT: Instant = "2026-01-01T00:00:00.000Z";
export const now = (): Instant => AT;

export function row(key: string, body: Json = null): Write {
  return { kind: "outbox", value: { key, subject: "subject", state: "due", dueAt: AT, body } };
}
export function put(store: FindingStore, ...writes: readonly Write[]): Promise<undefined> {
  return store.transact<undefined>({}, () => ({ at: AT, events: [], writes, result: undefined }));
}
export function keysOf(store: FindingStore): Promise<string[]> {
  return store.read({ outbox: {} }, (view) => view.outbox.map(({ key }) => key));
}
export async function recordsOf(store: FindingStore, after?: number): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  for await (const record of store.records(after)) records.push(record);
  return records;
}
