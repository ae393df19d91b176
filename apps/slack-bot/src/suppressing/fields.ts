import { BASES, type Basis } from "@posture/core";
import type { ModalValues } from "../inbox/intake.ts";
import { FIELD } from "../codec.ts";

/* What stands in the fields of a modal. Pure. */

type Field = ModalValues[string][string];

/** The block of this name, or of a later form of it (`expiry_30`); `undefined`: the modal has none. */
export function blockIn(values: ModalValues, name: string): string | undefined {
  return Object.keys(values).find((id) => id === name || id.startsWith(`${name}_`));
}

/** Each block of ours has one element. */
export function fieldIn(values: ModalValues, name: string): Field | undefined {
  const block = blockIn(values, name);
  return block === undefined ? undefined : Object.values(values[block] ?? {})[0];
}

/** As it was typed or chosen, not yet judged. */
export interface Filled {
  readonly basis: Basis | undefined;
  readonly justification: string;
  /** The value of a `ScopeChoice`. */
  readonly scope: string;
  /** `NaN`: nothing that we offered. */
  readonly days: number;
  /** `undefined`: left empty. */
  readonly ticket: string | undefined;
}

export function filledIn(values: ModalValues): Filled {
  const chosen = (name: string): string | undefined => fieldIn(values, name)?.selected_option?.value;
  const typed = (name: string): string => fieldIn(values, name)?.value ?? "";
  const basis = chosen(FIELD.basis);
  return {
    basis: BASES.find((it) => it === basis),
    justification: typed(FIELD.justification),
    scope: chosen(FIELD.scope) ?? "finding",
    days: Number(chosen(FIELD.expiry) ?? Number.NaN),
    ticket: typed(FIELD.ticket).trim() || undefined,
  };
}
