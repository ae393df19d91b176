import { parseArn } from "@posture/core";

/** Is it named as a key that AWS manages? The alias may come as a name or as the tail of an ARN. */
export function isAwsManaged(key: string): boolean {
  return (parseArn(key)?.resource ?? key).startsWith("alias/aws/");
}
