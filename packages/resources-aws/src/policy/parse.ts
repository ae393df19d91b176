import type { ConditionEntry, ParsedPolicy, PolicyReading, PrincipalEntry, Statement, TooComplex, Unparsable } from "./document.ts";
import { duplicateKeyIn } from "./duplicate-key.ts";
import { textsOf } from "./text.ts";

/** In characters. */
const MAX_SIZE = 1_048_576;
const MAX_DEPTH = 64;
const MAX_STATEMENTS = 10_000;
const MAX_NODES = 500_000;
/** Of one action, resource or principal, in characters; an ARN has at most 2,048. */
const MAX_PATTERN = 4096;

/**
 * Reads a policy: JSON text, the percent-encoded JSON text of IAM, or an object. What it returns shares nothing with what it was given.
 * A document that is wrong or excessive is a value and never an exception; nothing in it can become a member of an object of ours.
 * Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html and
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html (RFC 3986 encoding)
 */
export function parsePolicy(input: unknown): PolicyReading {
  if (typeof input === "string" && input.length > MAX_SIZE) return tooComplex(`it has more than ${MAX_SIZE} characters`);
  const { document, text } = typeof input === "string" ? decoded(input) : { document: input, text: null };
  const excess = excessOf(document);
  if (excess !== null) return tooComplex(excess);
  const twice = text === null ? null : duplicateKeyIn(text);
  if (twice !== null) return { state: "unparsable", problem: `it has the element ${twice.slice(0, 100)} twice` };
  try {
    return { state: "parsed", statements: statementsOf(membersOf(document, "the policy")) } satisfies ParsedPolicy;
  } catch (error) {
    if (error instanceof Refused) return error.reading;
    throw error;
  }
}

/** Ends a parse from within; never leaves this file. */
class Refused extends Error {
  readonly reading: Unparsable | TooComplex;
  constructor(reading: Unparsable | TooComplex) {
    super(reading.problem);
    this.reading = reading;
  }
}

function tooComplex(problem: string): TooComplex {
  return { state: "too-complex", problem };
}

function refuse(problem: string): never {
  throw new Refused({ state: "unparsable", problem });
}

/** `text`: the JSON text itself, once it is decoded; `null`: it is none. */
function decoded(given: string): { readonly document: unknown; readonly text: string | null } {
  const plain = json(given);
  if (plain !== undefined) return { document: plain, text: given };
  try {
    // decodeURIComponent leaves "+" alone, as it must.
    const text = decodeURIComponent(given);
    const document = json(text);
    return { document, text: document === undefined ? null : text };
  } catch {
    return { document: undefined, text: null };
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Walks without recursion, so that depth cannot exhaust the stack; shared and circular parts count each time they are met. */
function excessOf(document: unknown): string | null {
  const waiting: { readonly value: unknown; readonly depth: number }[] = [{ value: document, depth: 1 }];
  let nodes = 0;
  let size = 0;
  for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
    const { value, depth } = item;
    if (depth > MAX_DEPTH) return `it is nested more than ${MAX_DEPTH} deep`;
    nodes += 1;
    if (typeof value === "string") size += value.length;
    if (value !== null && typeof value === "object") {
      for (const [key, member] of Object.entries(value)) {
        size += key.length;
        waiting.push({ value: member, depth: depth + 1 });
      }
    }
    if (nodes + waiting.length > MAX_NODES) return `it has more than ${MAX_NODES} parts`;
    if (size > MAX_SIZE) return `it has more than ${MAX_SIZE} characters`;
  }
  return null;
}

/* ---------- elements; names are compared without case, since look-alikes of AWS write them so ---------- */

type Members = ReadonlyMap<string, unknown>;

function membersOf(value: unknown, what: string): Members {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return refuse(`${what} is no JSON object`);
  const members = new Map<string, unknown>();
  for (const [name, member] of Object.entries(value)) {
    const key = name.toLowerCase();
    if (members.has(key)) refuse(`${what} has the element ${name} twice`);
    members.set(key, member);
  }
  return members;
}

function statementsOf(policy: Members): Statement[] {
  const given = policy.get("statement");
  if (given === undefined) return [];
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (list.length > MAX_STATEMENTS) throw new Refused(tooComplex(`it has more than ${MAX_STATEMENTS} statements`));
  return list.map(statementOf);
}

function statementOf(value: unknown, index: number): Statement {
  const what = `statement ${index + 1}`;
  const members = membersOf(value, what);
  const effect = members.get("effect");
  if (effect !== "Allow" && effect !== "Deny") return refuse(`${what} has an Effect that is neither Allow nor Deny`);
  const sid = members.get("sid");
  const statement: Statement = {
    index,
    sid: typeof sid === "string" ? sid : null,
    effect,
    principals: principalsOf(members.get("principal"), what),
    notPrincipals: principalsOf(members.get("notprincipal"), what),
    actions: patterns(members.get("action"), what),
    notActions: patterns(members.get("notaction"), what),
    resources: patterns(members.get("resource"), what),
    notResources: patterns(members.get("notresource"), what),
    conditions: conditionsOf(members.get("condition"), what),
  };
  if ((statement.actions === null) === (statement.notActions === null)) refuse(`${what} needs either Action or NotAction`);
  if (statement.resources !== null && statement.notResources !== null) refuse(`${what} has both Resource and NotResource`);
  if (statement.principals !== null && statement.notPrincipals !== null) refuse(`${what} has both Principal and NotPrincipal`);
  return statement;
}

function patterns(value: unknown, what: string): readonly string[] | null {
  if (value === undefined) return null;
  const found = textsOf(value) ?? refuse(`${what} has an element that is neither a text nor a list of texts`);
  for (const text of found)
    if (text.length > MAX_PATTERN) throw new Refused(tooComplex(`${what} has a pattern of more than ${MAX_PATTERN} characters`));
  return found;
}

function principalsOf(value: unknown, what: string): readonly PrincipalEntry[] | null {
  if (value === undefined) return null;
  if (typeof value === "string" || Array.isArray(value)) return entries("AWS", value, what);
  return [...membersAsWritten(value, what)].flatMap(([type, member]) => entries(type, member, what));
}

function entries(type: string, value: unknown, what: string): PrincipalEntry[] {
  return (patterns(value, what) ?? []).map((text) => ({ type, value: text }));
}

function conditionsOf(value: unknown, what: string): ConditionEntry[] {
  if (value === undefined) return [];
  return [...membersAsWritten(value, what)].flatMap(([operator, block]) =>
    [...membersAsWritten(block, what)].map(([key, given]): ConditionEntry => {
      const list: readonly unknown[] = Array.isArray(given) ? given : [given];
      return { operator, key, values: list.map((item) => valueText(item, what)) };
    }),
  );
}

function membersAsWritten(value: unknown, what: string): Members {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return refuse(`${what} has an element that is no JSON object`);
  return new Map<string, unknown>(Object.entries(value));
}

function valueText(value: unknown, what: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "boolean" || typeof value === "number") return String(value);
  return refuse(`${what} has a condition value that is neither text, number nor truth value`);
}
