import type { NormalizedSchema } from "@smithy/core/schema";
import { isShape, type Shape } from "../shape.ts";

/** A world is JSON, where a date is text; the shape says which texts are dates. */
export function withDates(schema: NormalizedSchema, output: Shape): Shape {
  const dated = revive(schema, output);
  return isShape(dated) ? dated : output;
}

function revive(schema: NormalizedSchema, value: unknown): unknown {
  if (typeof value === "string" && schema.isTimestampSchema()) return new Date(value);
  if (Array.isArray(value) && schema.isListSchema()) return value.map((item) => revive(schema.getValueSchema(), item));
  if (!isShape(value) || !schema.isStructSchema()) return value;
  const members = [...schema.structIterator()].filter(([name]) => value[name] !== undefined);
  return { ...value, ...Object.fromEntries(members.map(([name, member]) => [name, revive(member, value[name])])) };
}
