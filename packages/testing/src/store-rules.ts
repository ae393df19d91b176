import assert from "node:assert/strict";
import { conforms, type Found, hides, type Instant, type Rule, type Suppression, suppressionSchema, SYSTEM } from "@posture/core";

const AT = "2026-01-01T09:00:00.000Z";

/** Whatever a rule can be: of one set and of several, on tags, with patterns that a database might take for its own, and without sense. */
export function anyRules([one, two]: readonly [string, string]): readonly Rule[] {
  return [
    { checks: [one] },
    { accounts: ["444455556666"], arns: ["arn:aws:s3:::*"] },
    { sets: [{ checks: [two], regions: ["global"] }, { arns: ["arn:aws:s3:::B%_"] }] },
    { arns: [String.raw`arn:aws:s3:::B\%_`, "arn:*:?"] },
    { arns: ["arn:aws:s3:::%", String.raw`*\?`, "*:_"] },
    { tags: { team: ["blue"] } },
    { sets: [{ accounts: ["111122223333"], tags: { team: ["*"] } }] },
    { sets: [] },
    { checks: [] },
    malformed({ checks: [one], severities: ["low"] }),
    malformed({ checks: one }),
  ];
}

/** As a newer version, or nobody, may have written it: it is kept, and hides nothing. */
function malformed(rule: unknown): Rule {
  const suppression: unknown = {
    id: "malformed",
    scope: { rule },
    justification: "Reviewed by the team.",
    by: SYSTEM,
    from: AT,
    expiresAt: AT,
    approval: "not-needed",
    ended: null,
  };
  assert.ok(conforms(suppressionSchema, suppression) && "rule" in suppression.scope);
  return suppression.scope.rule;
}

const ANY: Suppression = {
  id: "any",
  scope: { fingerprint: "any" },
  justification: "",
  by: SYSTEM,
  from: AT,
  expiresAt: AT,
  approval: "not-needed",
  ended: null,
};

/** Where several hide a finding, any of them may be named; whatever does not hide it may not. */
export function withAnySuppression(found: Found, now: Instant): Found {
  const { finding, suppression } = found;
  return { ...found, suppression: suppression && hides(suppression, finding, now) ? ANY : null };
}
