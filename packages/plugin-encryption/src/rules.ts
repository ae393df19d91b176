import type { ListenerRule, RuleAction, RuleCondition } from "@posture/resources-aws/elb";

export interface Safety {
  /** Is a 4xx or 5xx, sent in clear, harmless? */
  readonly fixedResponseErrorIsSafe: boolean;
  /** Paths that may be served in clear. */
  readonly allowedHttpPathPatterns: readonly string[];
  readonly isDualStack: boolean;
}

/** What the rules of an HTTP listener let through in clear. */
export interface Walk {
  /** Rules that are reached and leave a request on HTTP. */
  readonly leaks: readonly ListenerRule[];
  /** Rules that would be leaks, but serve allowed paths only. */
  readonly exempt: readonly ListenerRule[];
  /** How many of the rules that are reached redirect to HTTPS. */
  readonly redirects: number;
}

/**
 * Walks the rules as the load balancer does: ascending by priority, the default last. What stands behind a rule that catches everything is
 * never reached. Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html
 */
export function walk(rules: readonly ListenerRule[], safety: Safety): Walk {
  const reached = reachedOf(rules, safety);
  const open = reached.filter((rule) => !isSafe(terminalOf(rule), safety));
  return {
    leaks: open.filter((rule) => !isAllowed(rule, safety)),
    exempt: open.filter((rule) => isAllowed(rule, safety)),
    redirects: reached.filter((rule) => redirectsToHttps(terminalOf(rule))).length,
  };
}

function reachedOf(rules: readonly ListenerRule[], safety: Safety): ListenerRule[] {
  const inOrder = rules.toSorted((a, b) => (a.priority ?? Infinity) - (b.priority ?? Infinity));
  const last = inOrder.findIndex((rule) => catchesAll(rule, safety));
  return last === -1 ? inOrder : inOrder.slice(0, last + 1);
}

/** The action that ends a request; those before it only look at who asks. */
function terminalOf({ actions }: ListenerRule): RuleAction | undefined {
  return actions.toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0)).at(-1);
}

function isSafe(action: RuleAction | undefined, { fixedResponseErrorIsSafe }: Safety): boolean {
  return redirectsToHttps(action) || (fixedResponseErrorIsSafe && isError(action));
}
/** `#{protocol}`, and a redirect that names none, stay on HTTP. */
function redirectsToHttps(action: RuleAction | undefined): boolean {
  return action?.type === "redirect" && action.redirectProtocol === "HTTPS";
}
function isError(action: RuleAction | undefined): boolean {
  return action?.type === "fixed-response" && /^[45]\d\d$/.test(action.statusCode ?? "");
}

function catchesAll({ priority, conditions }: ListenerRule, safety: Safety): boolean {
  return priority === null || conditions.every((condition) => isTrivial(condition, safety));
}
function isTrivial({ field, values }: RuleCondition, { isDualStack }: Safety): boolean {
  if (field === "path-pattern") return values.includes("*") || values.includes("/*");
  if (field === "source-ip") return values.includes("0.0.0.0/0") && (!isDualStack || values.includes("::/0"));
  return false;
}

/** Does it serve allowed paths and nothing else? */
function isAllowed({ conditions }: ListenerRule, { allowedHttpPathPatterns }: Safety): boolean {
  return conditions.some(
    ({ field, values }) =>
      field === "path-pattern" && values.length > 0 && values.every((value) => allowedHttpPathPatterns.includes(value)),
  );
}

/** "rule 1 (path /health): forward", "the default rule: forward". */
export function describeRule(rule: ListenerRule): string {
  const action = terminalOf(rule);
  const what = action?.type === "fixed-response" ? `fixed response ${action.statusCode ?? ""}` : (action?.type ?? "nothing");
  const where = rule.conditions.map(({ field, values }) => `${field} ${values.join(", ")}`).join("; ");
  return rule.priority === null ? `the default rule: ${what}` : `rule ${rule.priority} (${where}): ${what}`;
}
