import type { Check, RemediationStep } from "@posture/core";

/** Source: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html and the CIS AWS Foundations Benchmark. */
type Frameworks = Readonly<Record<string, readonly string[]>>;

const CIS_OPEN_ADMIN_PORTS: Frameworks = {
  "cis-aws-foundations-1.4": ["5.2"],
  "cis-aws-foundations-1.5": ["5.2", "5.3"],
  "cis-aws-foundations-2.0": ["5.2", "5.3"],
  "cis-aws-foundations-3.0": ["5.2", "5.3"],
  "cis-aws-foundations-4.0": ["5.3", "5.4"],
  "cis-aws-foundations-5.0": ["5.3", "5.4"],
  "cis-aws-foundations-6.0": ["6.3", "6.4"],
  "cis-aws-foundations-7.0": ["6.3", "6.4"],
};

export const SSH: Frameworks = { ...CIS_OPEN_ADMIN_PORTS, "aws-fsbp": ["EC2.13", "EC2.18", "EC2.19"] };
export const RDP: Frameworks = { ...CIS_OPEN_ADMIN_PORTS, "aws-fsbp": ["EC2.14", "EC2.18", "EC2.19"] };
export const ALL_PORTS: Frameworks = { ...CIS_OPEN_ADMIN_PORTS, "aws-fsbp": ["EC2.18", "EC2.19"] };
export const DATABASE: Frameworks = { "aws-fsbp": ["EC2.18", "EC2.19"] };
export const MONGODB: Frameworks = { "aws-fsbp": ["EC2.18"] };

const docs = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html";

const LIST_RULES = "aws ec2 describe-security-group-rules --region {region} --filters Name=group-id,Values={name}";
const DELETE_RULE: RemediationStep = {
  text: "Delete the open rule of {name}, in IPv4 and in IPv6. Its rules, with their ids:",
  command: LIST_RULES,
};

export const CLOSE_ADMIN_PORT: Check["remediation"] = {
  docs,
  steps: [
    "Identify who needs access.",
    "Replace the open source with a VPN or office range, a managed prefix list, or another security group.",
    "Prefer Session Manager or an EC2 Instance Connect Endpoint to any inbound rule for SSH or RDP.",
    DELETE_RULE,
    "Review the logs for connections that were already made.",
    "Re-check the finding.",
  ],
};

export const CLOSE_DATABASE: Check["remediation"] = {
  docs,
  steps: [
    "Restrict the port to the security group of the application.",
    "Move the database to private subnets, and turn off its public access.",
    "Use a VPN, peering or PrivateLink for clients from outside.",
    DELETE_RULE,
    "Rotate the credentials, and review the database's logs.",
    "Re-check the finding.",
  ],
};

export const CLOSE_ALL_PORTS: Check["remediation"] = {
  docs,
  steps: [
    "List the flows in use, from VPC flow logs.",
    "Add narrow rules to {name} for those ports and sources.",
    { text: "Remove the rule for all ports, in IPv4 and in IPv6. The rules, with their ids:", command: LIST_RULES },
    "Look for the same template in infrastructure code.",
    "Watch the rejected flows for a day.",
    "Re-check the finding.",
  ],
};

export const CONFIRM_WEB: Check["remediation"] = {
  docs,
  steps: [
    "Confirm that what {name} protects is meant to be public.",
    "If only a content delivery network or a load balancer should reach it, limit the source to its prefix list or security group.",
    "Keep port 80 only to redirect to 443.",
    "Add protection by AWS WAF.",
    "Otherwise suppress the finding with a justification.",
  ],
};
