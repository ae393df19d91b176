import type { InboundRule } from "@posture/resources-aws/ec2";
import { classify, type Exposure, fromCidr, type Grant, holds, isExposed, type Transport, union } from "@posture/resources-aws/exposure";
import type { View } from "./view.ts";

/** Ports of one transport that the internet reaches. */
export interface Opening {
  readonly transport: Transport;
  readonly exposure: Exposure;
}

interface Source {
  readonly text: string;
  readonly family: "v4" | "v6";
  /** Open enough by itself, whatever the others admit. */
  readonly isEnough: boolean;
}
type SourcesOf = (rule: InboundRule) => readonly Source[];

/** The rules that let the internet in at these openings, each with the sources that are to blame for it. */
export function culprits(view: View, openings: readonly Opening[]): Map<InboundRule, Set<string>> {
  const sourcesOf = remembering(view);
  const found = new Map<InboundRule, Set<string>>();
  for (const { transport, exposure } of openings) {
    const here = view.grants.filter((grant) => grant.transport === transport && holds(grant.ports, exposure.ports[0]));
    const families = (["v4", "v6"] as const).filter((family) => isExposed(exposure[family]));
    for (const { rule, text } of families.flatMap((family) => toBlame(here, family, sourcesOf))) {
      found.set(rule, (found.get(rule) ?? new Set()).add(text));
    }
  }
  return found;
}

interface Blamed {
  readonly rule: InboundRule;
  readonly text: string;
}

/** Sources that are open enough by themselves; where none is, all that add to the sum. */
function toBlame(grants: readonly Grant[], family: "v4" | "v6", sourcesOf: SourcesOf): readonly Blamed[] {
  const adding = grants.flatMap(({ rule }) =>
    sourcesOf(rule)
      .filter((source) => source.family === family)
      .map((source) => ({ rule, ...source })),
  );
  const enough = adding.filter((source) => source.isEnough);
  return enough.length > 0 ? enough : adding;
}

/** Each rule is read once, however many ports it opens. */
function remembering(view: View): SourcesOf {
  const known = new Map<InboundRule, readonly Source[]>();
  return (rule) => {
    const sources = known.get(rule) ?? publicSourcesOf(rule, view);
    known.set(rule, sources);
    return sources;
  };
}

function publicSourcesOf(rule: InboundRule, { listOf, internet }: View): Source[] {
  const own = [...rule.cidrs, ...rule.cidrs6].map((text) => ({ text, entries: [text] }));
  const listed = rule.prefixListIds.map((id) => {
    const list = listOf(id);
    return { text: `prefix list ${id}`, entries: list.state === "known" ? (list.value ?? []) : [] };
  });
  return [...own, ...listed].flatMap(({ text, entries }) => {
    const sets = entries.flatMap((entry) => fromCidr(entry) ?? []);
    return (["v4", "v6"] as const).flatMap((family): Source[] => {
      const { width } = internet[family].internet;
      const reach = classify(union(width, ...sets.filter((set) => set.width === width)), internet[family]);
      return reach.openness === "private" ? [] : [{ text, family, isEnough: isExposed(reach) }];
    });
  });
}
