import type { Rule } from "./rule.ts";

/**
 * An SDK member that is missing is malformed, never empty: the SDK reports success on an empty body or a foreign page and leaves the member
 * out. The SDK writes its members with a capital, by which they are told from ours.
 */
export const missingIsMalformed: Rule = {
  create(context) {
    const refuse = (node: { readonly range: [number, number] }, name: string): void => {
      context.report({ node, message: `A missing ${name} is malformed, not empty: use present(), or tell undefined apart.` });
    };
    return {
      LogicalExpression(node) {
        const name = node.operator === "&&" ? null : memberOf(node.left);
        if (name !== null && isEmptyList(node.right)) refuse(node, name);
      },
      AssignmentPattern(node) {
        const name = memberOf(node.left);
        if (name !== null && isEmptyList(node.right)) refuse(node, name);
      },
    };
  },
};

interface Shape {
  readonly type: string;
  readonly [key: string]: unknown;
}

function isShape(value: unknown): value is Shape {
  return typeof value === "object" && value !== null && "type" in value;
}

function isEmptyList(node: unknown): boolean {
  return isShape(node) && node.type === "ArrayExpression" && Array.isArray(node["elements"]) && node["elements"].length === 0;
}

/** The name of the SDK member that is read, or null where it is none. */
function memberOf(node: unknown): string | null {
  if (!isShape(node)) return null;
  if (node.type === "ChainExpression") return memberOf(node["expression"]);
  if (node.type === "MemberExpression") return memberOf(node["property"]);
  const name = node.type === "Identifier" ? node["name"] : node.type === "Literal" ? node["value"] : null;
  return typeof name === "string" && /^[A-Z]/.test(name) ? name : null;
}
