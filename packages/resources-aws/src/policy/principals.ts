import { parseArn } from "@posture/core";
import type { PrincipalEntry, Statement } from "./document.ts";
import { hasWildcard, isAccountId } from "./text.ts";

/** Who one principal value stands for. `value` is as written. */
export type PrincipalClass = { readonly value: string } & (
  | { readonly kind: "anyone" }
  | { readonly kind: "account"; readonly accountId: string }
  | { readonly kind: "identity"; readonly accountId: string }
  /** Owned by AWS or named by a canonical id. */
  | { readonly kind: "fixed" }
  /** The identity was deleted; nobody can use it. */
  | { readonly kind: "orphan" }
  | { readonly kind: "service" }
  | { readonly kind: "saml" }
  /** `bare`: a provider of AWS's own list, named without an ARN (`graph.facebook.com`). */
  | { readonly kind: "oidc"; readonly issuer: string; readonly bare: boolean }
  | { readonly kind: "unrecognised" }
);

/**
 * The principals of a statement of a resource policy. NotPrincipal with Allow is anyone; with Deny it names nobody whom the Deny is sure to meet.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function principals(statement: Statement): readonly PrincipalClass[] {
  if (statement.notPrincipals !== null) {
    const value = `NotPrincipal ${statement.notPrincipals.map((entry) => entry.value).join(", ")}`;
    return statement.effect === "Allow" ? [{ kind: "anyone", value }] : [];
  }
  return statement.principals?.map(classOf) ?? [{ kind: "unrecognised", value: "" }];
}

/** Is the Principal exactly everyone: `"*"`, or `{"AWS": "*"}`? */
export function namesEveryone({ principals: named }: Statement): boolean {
  return named?.some(({ type, value }) => value === "*" && ["aws", "*"].includes(type.toLowerCase())) ?? false;
}

function classOf({ type, value }: PrincipalEntry): PrincipalClass {
  if (hasWildcard(value)) return { kind: "anyone", value };
  switch (type.toLowerCase()) {
    case "aws":
      return awsClassOf(value);
    case "service":
      return value.includes(".") ? { kind: "service", value } : { kind: "unrecognised", value };
    case "federated":
      return federatedClassOf(value);
    case "canonicaluser":
      return /^[0-9a-fA-F]{64}$/.test(value) ? { kind: "fixed", value } : { kind: "unrecognised", value };
    default:
      return { kind: "unrecognised", value };
  }
}

function awsClassOf(value: string): PrincipalClass {
  if (isAccountId(value)) return { kind: "account", accountId: value, value };
  if (/^(?:AIDA|AROA|AGPA)[A-Z0-9]+$/.test(value)) return { kind: "orphan", value };
  const arn = parseArn(value);
  if (!arn || arn.accountId === "") return { kind: "unrecognised", value };
  if (!/^\d+$/.test(arn.accountId)) return { kind: "fixed", value };
  if (!isAccountId(arn.accountId)) return { kind: "unrecognised", value };
  if (arn.service === "iam" && arn.resource === "root") return { kind: "account", accountId: arn.accountId, value };
  const [form] = arn.resource.split("/");
  const forms = arn.service === "iam" ? ["user", "role"] : arn.service === "sts" ? ["assumed-role", "federated-user"] : [];
  return form !== undefined && form !== arn.resource && forms.includes(form)
    ? { kind: "identity", accountId: arn.accountId, value }
    : { kind: "unrecognised", value };
}

function federatedClassOf(value: string): PrincipalClass {
  const arn = parseArn(value);
  if (arn?.resource.startsWith("saml-provider/")) return { kind: "saml", value };
  if (arn?.resource.startsWith("oidc-provider/"))
    return { kind: "oidc", issuer: arn.resource.slice("oidc-provider/".length), bare: false, value };
  return arn === null && value.includes(".") ? { kind: "oidc", issuer: value, bare: true, value } : { kind: "unrecognised", value };
}
