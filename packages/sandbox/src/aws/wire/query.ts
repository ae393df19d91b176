import type { NormalizedSchema } from "@smithy/core/schema";
import type { Shape } from "../shape.ts";

/**
 * Reads the input of a query operation out of its form, guided by the shape: the inverse of what the SDK writes.
 * Sources: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html, https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html
 */
export function readForm(schema: NormalizedSchema, form: URLSearchParams, dialect: "ec2" | "query"): Shape {
  const names = [...form.keys()];
  const read = (at: NormalizedSchema, path: string): unknown => {
    if (at.isStructSchema()) return readStruct(at, path);
    if (at.isListSchema()) return readList(at, path);
    const text = form.get(path);
    return text === null ? undefined : scalarOf(at, text);
  };
  const readStruct = (at: NormalizedSchema, path: string): Shape | undefined => {
    const members = [...at.structIterator()].map(([name, member]) => [name, read(member, join(path, wireName(name, member)))] as const);
    const present = members.filter(([, value]) => value !== undefined);
    return present.length > 0 || path === "" ? Object.fromEntries(present) : undefined;
  };
  const readList = (at: NormalizedSchema, path: string): unknown[] | undefined => {
    const item = at.getValueSchema();
    const flat = dialect === "ec2" || at.getMergedTraits().xmlFlattened;
    const base = flat ? path : join(path, item.getMergedTraits().xmlName ?? "member");
    const values: unknown[] = [];
    for (let n = 1; names.some((name) => name === `${base}.${n}` || name.startsWith(`${base}.${n}.`)); n += 1)
      values.push(read(item, `${base}.${n}`));
    return values.length > 0 ? values : undefined;
  };
  const wireName = (name: string, member: NormalizedSchema): string => {
    const { ec2QueryName, xmlName } = member.getMergedTraits();
    const own = xmlName ?? name;
    if (dialect !== "ec2") return own;
    return typeof ec2QueryName === "string" ? ec2QueryName : capital(own);
  };
  return readStruct(schema, "") ?? {};
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
function capital(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}

/** A value out of a form, a header or a query string. */
export function scalarOf(schema: NormalizedSchema, text: string): unknown {
  if (schema.isNumericSchema()) return Number(text);
  if (schema.isBooleanSchema()) return text === "true";
  if (schema.isTimestampSchema()) return new Date(text);
  return text;
}
