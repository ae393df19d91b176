import { type Check, defineCheck, type Instant } from "@posture/core";
import { dbInstance } from "@posture/resources-aws/rds";
import { z } from "zod";

const Params = z.object({
  deprecatedCaPattern: z
    .string()
    .refine(isPattern, "this is not a regular expression")
    .default("^rds-ca-20(15|17|19)(-.+)?$")
    .describe("CAs that are no longer valid, as a regular expression."),
  failOnExpiredServerCertificate: z.boolean().default(true).describe("Fail a server certificate that has expired, whatever its CA."),
  warnDays: z.int().min(0).default(0).describe("Fail this many days before the server certificate expires; 0: not before."),
  excludeEngines: z.array(z.string().min(1)).default(["neptune"]).describe("Engines that manage their certificates themselves."),
});
const DAY = 86_400_000;

/** Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL-certificate-rotation.html */
export const rdsCaCertificateExpired: Check = defineCheck({
  id: "encryption/rds-ca-certificate-expired",
  title: "RDS instance uses an expired CA certificate",
  risk: "Clients that verify the certificate cannot connect, and the others are taught not to look.",
  severity: "medium",
  categories: ["encryption"],
  resource: dbInstance,
  needs: ["use", "certificate"],
  params: Params,
  messages: {
    "deprecated-ca": "RDS instance {name} uses a certificate of {ca}, which has expired.",
    expired: "The server certificate of RDS instance {name} ({ca}) expired on {validUntil}.",
    soon: "The server certificate of RDS instance {name} ({ca}) expires on {validUntil}.",
  },
  remediation: {
    steps: [
      "Put the new RDS root certificates (the global bundle) into the trust store of every client first.",
      "Find out whether the engine of {name} restarts on rotation.",
      {
        text: "Modify the instance to rds-ca-rsa2048-g1, rds-ca-rsa4096-g1 or rds-ca-ecc384-g1, in a maintenance window if it restarts.",
        command:
          "aws rds modify-db-instance --region {region} --db-instance-identifier {name} --ca-certificate-identifier rds-ca-rsa2048-g1",
      },
      "Reboot it if the change is pending.",
      "Verify TLS connections with full verification.",
      "Change the account's default CA, so that new instances follow.",
      "Re-check.",
    ],
    docs: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL-certificate-rotation.html",
  },
  evaluate({ use, certificate }, { params, now, pass, fail, notApplicable, unknown }) {
    if (use.status === "deleting") return notApplicable("The instance is being deleted.");
    if (use.engine.startsWith("custom-")) return notApplicable("RDS Custom instances have their certificates in the owner's hands.");
    if (params.excludeEngines.includes(use.engine)) return notApplicable(`The engine ${use.engine} is excluded by configuration.`);

    const { validUntil, pending } = certificate;
    // What is served counts, and not what is chosen for later.
    const ca = certificate.servedBy ?? certificate.chosen;
    const evidence = {
      ca: ca ?? "an unnamed CA",
      validUntil: dayOf(validUntil),
      engine: use.engine,
      pendingChange: pending !== null,
      pending,
    };
    const notes = pending === null ? [] : [`A change to ${pending} is under way.`];
    if (ca !== null && new RegExp(params.deprecatedCaPattern).test(ca)) return fail("deprecated-ca", { evidence, notes });
    if (params.failOnExpiredServerCertificate && isBefore(validUntil, now, 0)) return fail("expired", { evidence, notes });
    if (params.warnDays > 0 && isBefore(validUntil, now, params.warnDays)) return fail("soon", { evidence, notes });
    if (ca === null) return unknown("malformed", "certificate");
    const days = params.failOnExpiredServerCertificate || params.warnDays > 0 ? params.warnDays : null;
    const holdsUntil = validUntil === null || days === null ? {} : { holdsUntil: daysBefore(validUntil, days) };
    return pass({ evidence, notes, ...holdsUntil });
  },
});

function isBefore(validUntil: Instant | null, now: Instant, days: number): boolean {
  return validUntil !== null && daysBefore(validUntil, days) <= now;
}
function daysBefore(instant: Instant, days: number): Instant {
  return new Date(Date.parse(instant) - days * DAY).toISOString();
}
function dayOf(instant: Instant | null): string {
  return instant?.slice(0, "2026-01-01".length) ?? "an unknown day";
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text).source !== "";
  } catch {
    return false;
  }
}
