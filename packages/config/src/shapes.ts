import { z } from "zod";
import { nearest } from "./nearest.ts";
import { isZone } from "./wall-clock.ts";

/** Shapes that several settings are made of. */

export const account: z.ZodType<string> = z.string().regex(/^\d{12}$/, "an account id is text of 12 digits");
export const region: z.ZodType<string> = z
  .string()
  .regex(/^([a-z]{2,}(-[a-z]+)+-\d+|global)$/, 'a region is named as AWS names it, "eu-west-1", or "global"');
export const tags: z.ZodType<Record<string, string | string[]>> = z
  .record(z.string().min(1), z.union([z.string(), z.array(z.string()).min(1)]))
  .refine((them) => Object.keys(them).length > 0, "no tag is named; leave `tags` out to mean all");

/** Source: https://docs.slack.dev/reference/objects/conversation-object and https://slack.com/help/articles/201402297 */
export const channel: z.ZodType<string> = z
  .string()
  .regex(
    /^(#[\p{Ll}\p{Lo}\p{N}_-]{1,80}|[CG][A-Z0-9]{2,})$/u,
    'a channel is its name with a #, "#security", or its id, which begins with C or G',
  );
export const person: z.ZodType<string> = z.string().regex(/^[UW][A-Z0-9]{2,}$/, "a person is a Slack user id, which begins with U or W");
export const owner: z.ZodType<string> = z
  .string()
  .regex(/^[UWS][A-Z0-9]{2,}$/, "an owner is the id of a Slack user, which begins with U or W, or of a user group, which begins with S");

/** By key, the accepted values. */
export function valuesByKey(given: Readonly<Record<string, string | readonly string[]>>): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, [value].flat()]));
}

export const timeOfDay: z.ZodType<string> = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of the day is HH:MM, from "00:00" to "23:59"');

export const timeZone: z.ZodType<string> = z.string().refine(isZone, {
  error: ({ input }) => {
    const near = nearest(String(input), Intl.supportedValuesOf("timeZone"));
    return `a time zone is named as IANA names it, "Europe/Berlin" or "UTC"${near === null ? "" : `; did you mean ${near}?`}`;
  },
});
