import { NormalizedSchema } from "@smithy/core/schema";
import type { StaticOperationSchema } from "@smithy/types";

/**
 * Why a body that came with a success is not AWS's answer to this operation; `null`: it may well be.
 * The SDK reads a login page or an empty body as an answer with nothing in it, so the outermost element is looked at before it does.
 * Roots: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html, aws-ec2-query-protocol.html, aws-restxml-protocol.html
 */
export function foreignBody(protocol: string, schema: StaticOperationSchema, body: Uint8Array): string | null {
  const head = new TextDecoder()
    .decode(body.subarray(0, 1024))
    .replace(/^\uFEFF/, "")
    .trimStart();
  if (isPlainPayload(schema)) return looksLikePage(head) ? "the body is a web page" : null;
  if (head === "") return "the body is empty";
  if (/json/i.test(protocol)) return head.startsWith("{") ? null : "the body is not a JSON object";
  const root = rootOf(head);
  if (root === null) return "the body is not XML";
  const expected = expectedRoot(protocol, schema);
  if (expected === null) return looksLikePage(head) ? "the body is a web page" : null;
  // Look-alikes wrap an S3 answer in the operation's name; no page of anybody else's has that name.
  const isAnswer = root === expected || root.startsWith(schema[2]);
  return isAnswer ? null : `the body is <${root}>, not <${expected}>`;
}

function rootOf(head: string): string | null {
  const found = /^(?:<\?[^>]*\?>\s*|<!--[\s\S]*?-->\s*|<![^>]*>\s*)*<([\w.-]+(?::[\w.-]+)?)/.exec(head);
  return found?.[1] ?? null;
}

function looksLikePage(head: string): boolean {
  return /^(?:<\?[^>]*\?>\s*|<!--[\s\S]*?-->\s*)*<(!doctype\s+html|html)\b/i.test(head);
}

/** `null`: the protocol does not say. */
function expectedRoot(protocol: string, [, , operation, , , output]: StaticOperationSchema): string | null {
  if (/query/i.test(protocol)) return `${operation}Response`;
  const answer = NormalizedSchema.of(output);
  const payload = payloadOf(answer);
  const named = (payload ?? answer).getMergedTraits().xmlName;
  return typeof named === "string" ? named : (payload?.getName() ?? null);
}

/** A bucket policy is the body itself, whatever is in it. */
function isPlainPayload([, , , , , output]: StaticOperationSchema): boolean {
  const payload = payloadOf(NormalizedSchema.of(output));
  return payload !== null && !payload.isStructSchema();
}

function payloadOf(answer: NormalizedSchema): NormalizedSchema | null {
  if (!answer.isStructSchema()) return null;
  for (const [, member] of answer.structIterator()) if (member.getMergedTraits().httpPayload) return member;
  return null;
}
