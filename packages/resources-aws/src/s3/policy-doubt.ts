import { AWS_PUBLIC_LIMITS, parsePolicy, publicStatements } from "../policy/index.ts";

/** Does the text of a bucket policy leave it to AWS to say whether it is public? Not where it cannot be parsed, or where one statement settles it. */
export function policyDoubt(text: string): boolean {
  const policy = parsePolicy(text);
  if (policy.state !== "parsed") return false;
  const found = publicStatements(policy, "bucket", AWS_PUBLIC_LIMITS);
  return found.length > 0 && found.every(({ level }) => level !== "unconditional");
}
