import { z } from "zod";

/** Another account that is watched, by a role of it. The account of the credentials is always watched. */
export interface AccountSettings {
  /** The ARN of the role that reads it: `arn:aws:iam::222233334444:role/posture-read`. It names the account. */
  readonly role: string;
  /** What the role wants to be told by whoever assumes it. */
  readonly externalId?: string;
}

export interface ResolvedAccount {
  readonly id: string;
  readonly role: string;
  readonly externalId: string | null;
}

interface Shape {
  role: string;
  externalId?: string | undefined;
}

const ROLE = /^arn:aws[a-z-]*:iam::(\d{12}):role\/[\w+=,.@/-]+$/;

/** Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const accountsShape: z.ZodType<Shape[]> = z
  .array(
    z.strictObject({
      role: z.string().regex(ROLE, "the role of an account is its ARN, arn:aws:iam::<account>:role/<name>"),
      externalId: z
        .string()
        .regex(/^[\w+=,.@:/-]{2,1224}$/, "an external id has 2 to 1224 letters, digits and _ + = , . @ : / -")
        .optional(),
    }),
  )
  .refine((all) => new Set(all.map(({ role }) => idIn(role))).size === all.length, "an account is named twice; it is read with one role");

/** In the order of their ids. */
export function resolveAccounts(given: readonly Shape[] = []): readonly ResolvedAccount[] {
  return given
    .map(({ role, externalId }) => ({ id: idIn(role), role, externalId: externalId ?? null }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function idIn(role: string): string {
  return ROLE.exec(role)?.[1] ?? "";
}
