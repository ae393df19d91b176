/** The parts of an ARN. `resource` is everything after the fifth colon, colons and slashes included. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly accountId: string;
  readonly resource: string;
}

/**
 * Reads an ARN; `null` where the text is none.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 */
export function parseArn(text: string): Arn | null {
  const [prefix, partition, service, region, accountId, ...resource] = text.split(":");
  if (prefix !== "arn" || !partition || !service || region === undefined || accountId === undefined || resource.join("") === "")
    return null;
  return { partition, service, region, accountId, resource: resource.join(":") };
}

export function formatArn({ partition, service, region, accountId, resource }: Arn): string {
  return ["arn", partition, service, region, accountId, resource].join(":");
}
