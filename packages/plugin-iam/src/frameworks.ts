/** Source: https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html and the CIS AWS Foundations Benchmark. */
type Frameworks = Readonly<Record<string, readonly string[]>>;

export const ROOT_ACCESS_KEY: Frameworks = {
  "cis-aws-foundations-1.4": ["1.4"],
  "cis-aws-foundations-3.0": ["1.4"],
  "cis-aws-foundations-4.0": ["1.4"],
  "cis-aws-foundations-5.0": ["1.3"],
  "cis-aws-foundations-6.0": ["2.3"],
  "cis-aws-foundations-7.0": ["2.4"],
  "aws-fsbp": ["IAM.4"],
};
export const ROOT_MFA: Frameworks = {
  "cis-aws-foundations-1.4": ["1.5"],
  "cis-aws-foundations-3.0": ["1.5"],
  "cis-aws-foundations-4.0": ["1.5"],
  "cis-aws-foundations-5.0": ["1.4"],
  "cis-aws-foundations-6.0": ["2.4"],
  "cis-aws-foundations-7.0": ["2.5"],
  "aws-fsbp": ["IAM.6"],
  "aws-security-hub": ["IAM.9"],
};
export const ROOT_USE: Frameworks = {
  "cis-aws-foundations-1.4": ["1.7"],
  "cis-aws-foundations-3.0": ["1.7"],
  "cis-aws-foundations-4.0": ["1.7"],
  "cis-aws-foundations-5.0": ["1.6"],
  "cis-aws-foundations-6.0": ["2.6"],
  "cis-aws-foundations-7.0": ["2.7"],
};
export const CONSOLE_MFA: Frameworks = {
  "cis-aws-foundations-1.4": ["1.10"],
  "cis-aws-foundations-3.0": ["1.10"],
  "cis-aws-foundations-4.0": ["1.10"],
  "cis-aws-foundations-5.0": ["1.9"],
  "cis-aws-foundations-6.0": ["2.9"],
  "cis-aws-foundations-7.0": ["2.10"],
  "aws-fsbp": ["IAM.5"],
  "aws-security-hub": ["IAM.19"],
};
export const KEY_AGE: Frameworks = {
  "cis-aws-foundations-1.4": ["1.14"],
  "cis-aws-foundations-3.0": ["1.14"],
  "cis-aws-foundations-4.0": ["1.14"],
  "cis-aws-foundations-5.0": ["1.13"],
  "cis-aws-foundations-6.0": ["2.13"],
  "cis-aws-foundations-7.0": ["2.12"],
  "aws-fsbp": ["IAM.3"],
};
export const KEY_USE: Frameworks = {
  "cis-aws-foundations-1.4": ["1.12"],
  "cis-aws-foundations-3.0": ["1.12"],
  "cis-aws-foundations-4.0": ["1.12"],
  "cis-aws-foundations-5.0": ["1.11"],
  "cis-aws-foundations-6.0": ["2.11"],
  "cis-aws-foundations-7.0": ["2.11"],
  "aws-fsbp": ["IAM.8"],
  "aws-security-hub": ["IAM.22"],
};
export const USER_ADMIN: Frameworks = {
  "cis-aws-foundations-1.4": ["1.16"],
  "cis-aws-foundations-3.0": ["1.16"],
  "cis-aws-foundations-4.0": ["1.16"],
  "cis-aws-foundations-5.0": ["1.15"],
  "cis-aws-foundations-6.0": ["2.15"],
  "cis-aws-foundations-7.0": ["2.14"],
  "aws-fsbp": ["IAM.1"],
};
export const INLINE_WILDCARD: Frameworks = {
  "cis-aws-foundations-1.4": ["1.16"],
  "cis-aws-foundations-3.0": ["1.16"],
  "cis-aws-foundations-4.0": ["1.16"],
  "aws-fsbp": ["IAM.1", "IAM.2"],
};
export const ROLE_WILDCARD: Frameworks = {
  "cis-aws-foundations-1.4": ["1.16"],
  "cis-aws-foundations-3.0": ["1.16"],
  "cis-aws-foundations-4.0": ["1.16"],
  "cis-aws-foundations-5.0": ["1.15"],
  "cis-aws-foundations-6.0": ["2.15"],
  "cis-aws-foundations-7.0": ["2.14"],
  "aws-fsbp": ["IAM.1", "IAM.21"],
};
export const OPEN_TRUST: Frameworks = { "cis-aws-foundations-7.0": ["2.21"] };
