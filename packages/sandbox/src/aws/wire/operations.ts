import { EC2Client } from "@aws-sdk/client-ec2";
import * as ec2 from "@aws-sdk/client-ec2";
import { IAMClient } from "@aws-sdk/client-iam";
import * as iam from "@aws-sdk/client-iam";
import { OrganizationsClient } from "@aws-sdk/client-organizations";
import * as organizations from "@aws-sdk/client-organizations";
import { S3Client } from "@aws-sdk/client-s3";
import * as s3 from "@aws-sdk/client-s3";
import { S3ControlClient } from "@aws-sdk/client-s3-control";
import * as s3Control from "@aws-sdk/client-s3-control";
import { STSClient } from "@aws-sdk/client-sts";
import * as sts from "@aws-sdk/client-sts";
import { NormalizedSchema } from "@smithy/core/schema";

/*
 * What the SDK's clients know about each operation: name, path, and the shape of what goes in and comes out.
 * The clients export it, so that nothing of AWS's wire formats is written down here a second time.
 */

export const SERVICES = [
  "autoscaling",
  "batch",
  "codebuild",
  "ec2",
  "ecs",
  "efs",
  "elasticloadbalancing",
  "elasticloadbalancingv2",
  "eventbridge",
  "glue",
  "iam",
  "kinesis",
  "kms",
  "lambda",
  "organizations",
  "ram",
  "rds",
  "s3",
  "s3control",
  "scheduler",
  "secretsmanager",
  "sns",
  "sqs",
  "sts",
] as const;
export type ServiceName = (typeof SERVICES)[number];

export interface Operation {
  readonly service: ServiceName;
  readonly name: string;
  /** Method, path and status of a REST operation: `["GET", "/?acl", 200]`. */
  readonly http: readonly [string, string, number] | null;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
}

export interface Service {
  readonly name: ServiceName;
  readonly protocol: "ec2" | "query" | "rest" | "json" | "rest-json";
  /** Of the root elements of its answers. */
  readonly xmlNamespace: string;
  readonly operations: ReadonlyMap<string, Operation>;
}

/** An operation as a client exports it: `[9, namespace, name, traits, input, output]`. */
type Exported = readonly [9, string, string, unknown, unknown, unknown];

function isOperation(value: unknown): value is Exported {
  return Array.isArray(value) && value[0] === 9 && typeof value[2] === "string";
}

function operationOf(service: ServiceName, [, , name, traits, input, output]: Exported): Operation {
  return { service, name, http: httpOf(traits), input: schemaOf(input), output: schemaOf(output) };
}

function httpOf(traits: unknown): Operation["http"] {
  const http: unknown = typeof traits === "object" && traits !== null && "http" in traits ? traits.http : null;
  if (!Array.isArray(http)) return null;
  const [method, path, status] = http;
  return typeof method === "string" && typeof path === "string" && typeof status === "number" ? [method, path, status] : null;
}

function schemaOf(exported: unknown): NormalizedSchema {
  const schema: unknown = typeof exported === "function" ? exported() : exported;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the clients type their schemas as plain tuples
  return NormalizedSchema.of(schema as Parameters<typeof NormalizedSchema.of>[0]);
}

export function serviceOf(name: ServiceName, protocol: Service["protocol"], client: object, module: object): Service {
  const operations = Object.values(module)
    .filter(isOperation)
    .map((exported): [string, Operation] => [exported[2], operationOf(name, exported)]);
  return { name, protocol, xmlNamespace: namespaceOf(client), operations: new Map(operations) };
}

function namespaceOf(client: object): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `options` is where every XML protocol keeps it; the type does not say so
  const { config } = client as { config: { protocol: { options?: { xmlNamespace?: string } } } };
  return config.protocol.options?.xmlNamespace ?? "";
}

/** Reads the schemas of the clients that every sweep needs; about a third of a second. */
export function loadServices(): ReadonlyMap<ServiceName, Service> {
  const settings = { region: "us-east-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } };
  const services = [
    serviceOf("ec2", "ec2", new EC2Client(settings), ec2),
    serviceOf("iam", "query", new IAMClient(settings), iam),
    serviceOf("organizations", "json", new OrganizationsClient(settings), organizations),
    serviceOf("s3", "rest", new S3Client(settings), s3),
    serviceOf("s3control", "rest", new S3ControlClient(settings), s3Control),
    serviceOf("sts", "query", new STSClient(settings), sts),
  ];
  return new Map(services.map((service) => [service.name, service]));
}
