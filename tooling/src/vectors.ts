/**
 * The worked examples that the checks were specified with, by check or evaluator: `ACL-01` to `ACL-17`.
 * Each is a test that has its id in its name.
 */
const VECTORS: Readonly<Record<string, number>> = {
  // Evaluators: full administrators, conditions, exposure to the internet.
  ADM: 13,
  CON: 24,
  EXP: 15,
  // IAM: the root user.
  RAK: 12,
  RMF: 12,
  RUS: 14,
  // IAM: users and their keys.
  KAG: 12,
  KUN: 13,
  UAD: 15,
  UIW: 19,
  UMF: 13,
  // IAM: roles.
  RTA: 25,
  RWP: 15,
  RXA: 22,
  // S3.
  ACL: 17,
  ENC: 12,
  OBJ: 17,
  PAB: 15,
  POL: 35,
  PSU: 16,
  TLS: 26,
  WEB: 10,
  // Encryption at rest.
  EBS: 12,
  EFS: 11,
  KIN: 12,
  RDC: 10,
  RDI: 16,
  SEC: 14,
  SNS: 10,
  SQS: 12,
  // Encryption in transit.
  ALB: 24,
  CLB: 10,
  RCA: 15,
  // Security groups.
  SGA: 16,
  SGP: 38,
  SGU: 25,
  // Owners.
  OWN: 15,
};

/** Those that are no tests yet, and why. */
export const LATER: Readonly<Record<string, string>> = {
  "EFS-11":
    "a region without the service: the SDK knows regions and not which services they have, and an address that is not there cannot be told from one that does not answer, so it stays unknown",
  "OBJ-10": "object ACLs by S3 Inventory: only the sampling mode is built",
  "PSU-11": "long-lived pre-signed URLs seen in access logs: no log is read yet",
  "PSU-12": "long-lived pre-signed URLs seen in access logs: no log is read yet",
  "PSU-13": "long-lived pre-signed URLs seen in access logs: no log is read yet",
};

/** Every id: the counts say that none is left out between. */
export function vectorIds(vectors: Readonly<Record<string, number>> = VECTORS): readonly string[] {
  return Object.entries(vectors).flatMap(([prefix, count]) =>
    Array.from({ length: count }, (_, i) => `${prefix}-${String(i + 1).padStart(2, "0")}`),
  );
}

/** The ids that no text of a test names. Comments do not count: whoever only speaks of a vector has not tried it. */
export function untried(ids: readonly string[], sources: readonly string[]): readonly string[] {
  const texts = sources.map(uncommented).join("\n");
  const named = new Set(texts.match(/\b[A-Z]{3}-\d{2}\b/g));
  return ids.filter((id) => !named.has(id));
}

export function uncommented(source: string): string {
  return source.replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, "");
}
