import { DAY, fingerprintOf, plus, SEVERITIES } from "@posture/core";
import { openStore } from "@posture/runtime";
import { listed, REF } from "../finding.test.fixture.ts";

const DAYS = 24;

/** A store that has been kept for some weeks. */
export async function remembered(place: string): Promise<void> {
  const now = new Date().toISOString();
  const store = await openStore(place, { now: () => now });
  for (let day = DAYS; day > 0; day -= 1) {
    const at = plus(now, -day * DAY);
    // So few that a sweep believes at once that they are gone.
    const values = Array.from({ length: day % 3 === 0 ? 3 : 1 }, (_, n) => {
      const ref = { ...REF, name: `old-${day}-${n}`, arn: `arn:aws:s3:::old-${day}-${n}` };
      const fingerprint = fingerprintOf("s3/bucket-acl-public", ref);
      return listed("open", SEVERITIES[(n + day) % 4], { ref, fingerprint, openedAt: at, lastSeenAt: at, evidenceAt: at }).finding;
    });
    await store.transact({}, () => ({ at, events: [], writes: values.map((value) => ({ kind: "finding", value })), result: undefined }));
  }
  await store.close();
}
