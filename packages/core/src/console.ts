import { parseArn } from "./arn.ts";
import { GLOBAL } from "./coverage.ts";
import type { Kind, ResourceRef } from "./resource.ts";

/** Source: https://docs.aws.amazon.com/general/latest/gr/mgmt-console.html */
const CONSOLES: ReadonlyMap<string, string> = new Map([
  ["aws", "console.aws.amazon.com"],
  ["aws-cn", "console.amazonaws.cn"],
  ["aws-us-gov", "console.amazonaws-us-gov.com"],
]);

/**
 * Where AWS's console shows the resource; `null` where its kind does not say, or its ARN or partition is none that we know.
 * What AWS calls the resource is part of the path only after it was encoded, and never of the host.
 */
export function consoleUrl({ console }: Pick<Kind, "console">, ref: ResourceRef): string | null {
  const partition = parseArn(ref.arn)?.partition;
  const host = CONSOLES.get(partition ?? "");
  if (!console || host === undefined) return null;
  const isRegional = ref.region !== GLOBAL;
  if (isRegional && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(ref.region)) return null;
  return `https://${isRegional ? `${ref.region}.` : ""}${host}/${console({ ...ref, name: encodeURIComponent(ref.name) })}`;
}
