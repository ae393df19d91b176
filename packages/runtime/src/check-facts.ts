import { type Call, type Check, eventsOf, facetOf, permissionsOf, type RemediationStep, stepOf, wantedFacets } from "@posture/core";
import { z } from "zod";
import type { Frameworks } from "@posture/config";

/** One facet that a check is decided by. */
export interface FacetFacts {
  readonly facet: string;
  /** `s3:GetBucketAcl`, each once. */
  readonly calls: readonly string[];
  /** Facets that may make this one needless; none: it is always read. */
  readonly after: readonly string[];
  /** What comes of it when it cannot be read. */
  readonly unread: string;
}

export interface ParameterFacts {
  readonly name: string;
  /** As JSON; `null`: it must be set. */
  readonly preset: string | null;
  readonly meaning: string;
}

/** What is known of a check from the check alone: its page in the documentation and `posture checks show` say it. */
export interface CheckFacts {
  readonly finds: readonly string[];
  readonly facets: readonly FacetFacts[];
  readonly parameters: readonly ParameterFacts[];
  /** IAM actions, sorted. */
  readonly permissions: readonly string[];
  readonly events: readonly { readonly source: string; readonly names: readonly string[] }[];
  readonly steps: readonly RemediationStep[];
  readonly docs: string;
  readonly frameworks: Frameworks;
  readonly coveredBy: string | null;
  readonly formerIds: readonly string[];
}

export function factsOf(check: Check): CheckFacts {
  const { messages, remediation, frameworks = {}, coveredBy = null, formerIds = [] } = check;
  return {
    finds: Object.values(messages),
    facets: wantedFacets(check.resource, [check]).map((name) => facetFacts(check, name)),
    parameters: parametersOf(check),
    permissions: permissionsOf([check]),
    events: eventsBySource(check),
    steps: remediation.steps.map(stepOf),
    docs: remediation.docs,
    frameworks,
    coveredBy,
    formerIds,
  };
}

/** What is said of a check whose facets are many: the rule for all of them. */
export const NO_PASS_UNREAD = "A facet that could not be read never makes a pass where reading it could have opened a finding.";

function facetFacts({ needs, mayNeed, resource }: Check, facet: string): FacetFacts {
  const { read, prime, after } = facetOf(resource.facets, facet);
  const unread = needs.includes(facet)
    ? "unknown"
    : mayNeed.includes(facet)
      ? "the check decides what can be said without it"
      : "what waits for it is read all the same";
  return { facet, calls: namesOf([...prime, ...read]), after, unread };
}

function namesOf(calls: readonly Call[]): string[] {
  return [...new Set(calls.map(({ service, operation }) => `${service}:${operation}`))];
}

const Properties = z.object({
  properties: z.record(z.string(), z.looseObject({ default: z.json().optional(), description: z.string().default("") })).default({}),
});

function parametersOf({ params }: Check): ParameterFacts[] {
  if (!params) return [];
  const { properties } = Properties.parse(z.toJSONSchema(params, { io: "input", unrepresentable: "any" }));
  return Object.entries(properties).map(([name, { default: preset, description }]) => ({
    name,
    preset: preset === undefined ? null : JSON.stringify(preset),
    meaning: description,
  }));
}

function eventsBySource(check: Check): CheckFacts["events"] {
  const bySource = Map.groupBy(eventsOf(check.resource, [check]), ({ source }) => source);
  return [...bySource].map(([source, all]) => ({ source, names: [...new Set(all.map(({ name }) => name))] }));
}
