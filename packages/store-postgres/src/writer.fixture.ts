import { type Finding, fingerprintOf, isPostureError, SEVERITIES, SYSTEM, type Write } from "@posture/core";
import { dyingSockets } from "./dying.fixture.ts";
import { openPostgresStore } from "./store.ts";

/**
 * Commits so many records, several at once, and says of each what became of it: acknowledged, refused, or in doubt. With `before` or `after` and a number it
 * kills itself before, or just after, it hands the kernel so many messages to the server.
 */
const [url = "", run = "", count = "1", moment = "", failpoint = "0"] = process.argv.slice(2);
const messages = Number(failpoint);

const now = (): string => new Date().toISOString();
const schema = new URL(url).searchParams.get("schema") ?? "posture";
const store = await openPostgresStore(
  messages > 0 ? { pool: { connectionString: url, stream: dyingSockets({ moment, messages }) }, schema, now } : { url, now },
);
console.log("open");

function finding(n: number): Finding {
  const ref = {
    type: "AWS::S3::Bucket",
    arn: `arn:aws:s3:::example-${n % 7}`,
    name: `example-${n % 7}`,
    accountId: "111122223333",
    region: "eu-west-1",
  };
  const check = n % 3 === 0 ? "example/two" : "example/one";
  return {
    fingerprint: fingerprintOf(check, ref),
    aliases: n % 5 === 0 ? [fingerprintOf("example/former", ref)] : [],
    checkId: check,
    ref,
    severity: SEVERITIES[n % 4] ?? "low",
    title: "Example",
    condition: n % 4 === 0 ? "cleared" : "failing",
    watched: "yes",
    coveredBy: check === "example/two" ? "example/one" : null,
    message: { id: "bad", text: "It is bad.", evidence: { n }, notes: [] },
    openedAt: now(),
    clearedAt: null,
    reopened: 0,
    lastSeenAt: now(),
    evidenceAt: now(),
    stale: null,
  };
}

function row(key: string, body: number): Write {
  return { kind: "outbox", value: { key, subject: run, state: "due", dueAt: null, body } };
}

async function lane(name: string): Promise<void> {
  for (let n = 0; n < Number(count); n += 1) {
    const key = `${run}-${name}-${n}`;
    try {
      await store.transact({ outbox: { keys: ["counter"] }, findings: { arns: ["arn:aws:s3:::example-1"] } }, (view) => {
        const next = Number(view.outbox[0]?.body ?? 0) + 1;
        const events = [{ type: "configured" as const, subject: key, at: now(), actor: SYSTEM, source: "clock" as const, note: "" }];
        return {
          at: now(),
          events,
          writes: [row("counter", next), row(key, next), { kind: "finding", value: finding(next) }],
          result: undefined,
        };
      });
      console.log(`ack ${key}`);
    } catch (error) {
      if (!isPostureError(error)) throw error;
      console.log(`${error.code === "POSTURE_STORE_OUTCOME_UNKNOWN" ? "doubt" : "refused"} ${key} ${error.code}`);
    }
  }
}

await Promise.all(["a", "b"].map(lane));
await store.close();
console.log("done");
