import {
  countedBySeverity,
  hides,
  type Instant,
  isInForce,
  isInstant,
  isLeftOut,
  mayHold,
  postureError,
  setsOf,
  statusOf,
  type StoreView,
  type Suppression,
} from "@posture/core";
import type { Context } from "./context.ts";
import type { SuppressionListed, SuppressionState } from "./posture.ts";

/** Those that have not ended, what waits first and then by expiry, each with what it hides now. */
export async function runSuppressions({ store, now }: Context): Promise<readonly SuppressionListed[]> {
  const scopes = await store.read({}, ({ suppressions }) => suppressions.map(({ scope }) => scope));
  return store.read({ findings: mayHold(scopes) }, (view) => listedOf(view, now()));
}

function listedOf(view: StoreView, now: Instant): SuppressionListed[] {
  const suppressed = view.findings.filter((finding) => statusOf(finding, view, now) === "suppressed");
  const ids = idsOf(view.suppressions);
  const rank = ({ state, suppression }: SuppressionListed): string => `${state === "waiting" ? 0 : 1} ${suppression.expiresAt}`;
  return view.suppressions
    .map((suppression): SuppressionListed => {
      const hidden = suppressed.filter((finding) => hides(suppression, finding, now));
      return {
        suppression,
        id: ids.get(suppression.id) ?? suppression.id,
        state: stateOf(suppression, now),
        hides: hidden.length,
        bySeverity: countedBySeverity(hidden),
        tagsUnread: view.findings.filter((finding) => isLeftOut(suppression.scope, finding)).length,
      };
    })
    .toSorted((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
}

function stateOf(suppression: Suppression, now: Instant): SuppressionState {
  const { scope, from, expiresAt, approval } = suppression;
  if (!isInstant(from) || !isInstant(expiresAt) || ("rule" in scope && setsOf(scope.rule).length === 0)) return "malformed";
  if (expiresAt <= now) return "expired";
  return approval === "waiting" || !isInForce(suppression, now) ? "waiting" : "in-force";
}

const SHORT = 10;

/** The shortest beginnings that tell these ids apart. */
function idsOf(suppressions: readonly Suppression[]): ReadonlyMap<string, string> {
  const all = suppressions.map(({ id }) => id);
  return new Map(
    all.map((id) => {
      const lengths = Array.from({ length: Math.max(0, id.length - SHORT) }, (_, i) => SHORT + i);
      const enough = lengths.find((length) => all.every((other) => other === id || !other.startsWith(id.slice(0, length))));
      return [id, id.slice(0, enough ?? id.length)];
    }),
  );
}

/** @throws {PostureError} POSTURE_SUPPRESSION_UNKNOWN, POSTURE_SUPPRESSION_AMBIGUOUS */
export async function suppressionNamed(context: Context, typed: string): Promise<SuppressionListed> {
  const wanted = typed.trim();
  const all = await runSuppressions(context);
  const exact = all.find(({ suppression }) => suppression.id === wanted);
  if (exact) return exact;
  const byId = wanted === "" ? [] : all.filter(({ suppression }) => suppression.id.startsWith(wanted));
  return theOne(byId.length > 0 ? byId : await ofFinding(context, wanted, all), typed);
}

/** A finding names its own suppression; where a rule hides it, that is another matter, and is said. */
async function ofFinding({ store, now }: Context, typed: string, all: readonly SuppressionListed[]): Promise<readonly SuppressionListed[]> {
  const found = await store.named(typed, now());
  const names = new Set(found.flatMap(({ finding }) => [finding.fingerprint, ...finding.aliases]));
  const own = all.filter(({ suppression: { scope } }) => "fingerprint" in scope && names.has(scope.fingerprint));
  const rules = found.flatMap(({ suppression }) => (suppression && "rule" in suppression.scope ? [suppression.id] : []));
  const [rule] = all.filter(({ suppression }) => rules.includes(suppression.id));
  if (own.length === 0 && rule) throw postureError("POSTURE_SUPPRESSION_BY_RULE", { id: typed, rule: rule.id });
  return own;
}

function theOne(found: readonly SuppressionListed[], typed: string): SuppressionListed {
  const [first, ...others] = found;
  if (!first) throw postureError("POSTURE_SUPPRESSION_UNKNOWN", { id: typed });
  if (others.length === 0) return first;
  const candidates = found.slice(0, 5).map(({ id }) => id);
  throw postureError("POSTURE_SUPPRESSION_AMBIGUOUS", { id: typed, candidates: candidates.join(", ") });
}
