import type { Shape } from "../shape.ts";
import { AwsError } from "./answer.ts";
import { readJson } from "./json.ts";
import { type Operation, type Service, type ServiceName, SERVICES } from "./operations.ts";
import { readForm, scalarOf } from "./query.ts";
import { readXml } from "./xml.ts";

/** A request as it came over the wire. */
export interface Incoming {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** What its signature says about a request. The signature itself is not verified: any secret will do. */
export interface Signed {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: ServiceName;
  readonly sessionToken: string | undefined;
}

const CREDENTIAL = /Credential=([^/,\s]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/;

/** Who signed for which service. `null`: nobody, or for a service that is not simulated. */
export function signatureOf(incoming: Incoming): Signed | null {
  const { headers } = incoming;
  const authorization = headers["authorization"];
  const [, accessKeyId, region, signedFor] = CREDENTIAL.exec(typeof authorization === "string" ? authorization : "") ?? [];
  if (accessKeyId === undefined || region === undefined) return null;
  const service = serviceOf(signedFor, incoming);
  const token = headers["x-amz-security-token"];
  return service && { accessKeyId, region, service, sessionToken: typeof token === "string" ? token : undefined };
}

/** Under what name a service signs, where that is not its own. */
const SIGNS_AS: Readonly<Record<string, ServiceName>> = { elasticfilesystem: "efs", events: "eventbridge" };

function serviceOf(signedFor: string | undefined, { url, body }: Incoming): ServiceName | null {
  // S3 Control signs as `s3`; its paths begin with its version.
  if (signedFor === "s3") return url.pathname.startsWith("/v20180820/") ? "s3control" : "s3";
  // Both generations of load balancers sign alike; the version of the API tells them apart.
  if (signedFor === "elasticloadbalancing") return body.includes("Version=2015-12-01") ? "elasticloadbalancingv2" : signedFor;
  return SIGNS_AS[signedFor ?? ""] ?? SERVICES.find((name) => name === signedFor) ?? null;
}

export interface Asked {
  readonly operation: Operation;
  readonly input: Shape;
}

/** Which operation a request asks for, and with what. `null`: none that AWS has. */
export async function askedBy(incoming: Incoming, service: Service): Promise<Asked | null> {
  if (service.protocol === "rest") return askedByPath(incoming, service);
  if (service.protocol === "rest-json") {
    const asked = askedByPath(incoming, service);
    return asked && { ...asked, input: { ...(await jsonIn(incoming, asked.operation)), ...asked.input } };
  }
  if (service.protocol === "json") {
    const target = incoming.headers["x-amz-target"];
    const named = service.operations.get(typeof target === "string" ? (target.split(".")[1] ?? "") : "");
    return named ? { operation: named, input: await jsonIn(incoming, named) } : null;
  }
  const form = new URLSearchParams(incoming.body);
  const operation = service.operations.get(form.get("Action") ?? "");
  return operation ? { operation, input: readForm(operation.input, form, service.protocol) } : null;
}

/** As AWS refuses a body that it cannot read. */
async function jsonIn({ body }: Incoming, { input }: Operation): Promise<Shape> {
  try {
    return await readJson(input, body);
  } catch {
    throw new AwsError(400, "SerializationException", "The body is not JSON of the shape that the operation takes");
  }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new AwsError(400, "InvalidURI", "Couldn't parse the specified URI.");
  }
}

interface Matched {
  readonly operation: Operation;
  readonly labels: Shape;
  /** How much of the path and the query it explains: the most specific wins. */
  readonly score: number;
}

function askedByPath(incoming: Incoming, service: Service): Asked | null {
  const segments = incoming.url.pathname.split("/").filter(Boolean).map(decoded);
  // S3's paths leave the bucket out, since it is a part of the host name; behind an IP address it comes first.
  const bucket = service.name === "s3" ? segments.shift() : undefined;
  let best: Matched | null = null;
  for (const operation of service.operations.values()) {
    const matched = matchOf(operation, incoming, segments, bucket);
    if (matched && (best === null || matched.score > best.score)) best = matched;
  }
  return best && { operation: best.operation, input: { ...best.labels, ...boundTo(best.operation, incoming) } };
}

function matchOf(operation: Operation, { method, url }: Incoming, segments: readonly string[], bucket: string | undefined): Matched | null {
  if (operation.http?.[0] !== method) return null;
  const [path = "", query = ""] = operation.http[1].split("?");
  const takesBucket = operation.service === "s3" && [...operation.input.structIterator()].some(([name]) => name === "Bucket");
  if (operation.service === "s3" && takesBucket !== (bucket !== undefined)) return null;
  const labels = labelsOf(path.split("/").filter(Boolean), segments);
  if (!labels) return null;
  let score = 0;
  for (const [name, value] of new URLSearchParams(query)) {
    if (!url.searchParams.has(name)) {
      if (name !== "x-id") return null;
    } else if (value !== "" && url.searchParams.get(name) !== value) return null;
    else score += 1;
  }
  return { operation, labels: bucket === undefined ? labels : { ...labels, Bucket: bucket }, score };
}

function labelsOf(pattern: readonly string[], segments: readonly string[]): Record<string, string> | null {
  const greedy = pattern.at(-1)?.endsWith("+}") ?? false;
  if (greedy ? segments.length < pattern.length : segments.length !== pattern.length) return null;
  const labels: Record<string, string> = {};
  for (const [i, part] of pattern.entries()) {
    const given = segments[i] ?? "";
    if (part.startsWith("{")) labels[part.replaceAll(/[{}+]/g, "")] = part.endsWith("+}") ? segments.slice(i).join("/") : given;
    else if (part !== given) return null;
  }
  return labels;
}

/** The members that come in the query string, in headers and in the body. */
function boundTo({ input }: Operation, { url, headers, body }: Incoming): Shape {
  const members: Record<string, unknown> = {};
  for (const [name, member] of input.structIterator()) {
    const { httpQuery, httpHeader, httpPayload } = member.getMergedTraits();
    const header = httpHeader === undefined ? undefined : headers[httpHeader.toLowerCase()];
    if (httpQuery !== undefined && url.searchParams.has(httpQuery)) members[name] = scalarOf(member, url.searchParams.get(httpQuery) ?? "");
    else if (typeof header === "string") members[name] = scalarOf(member, header);
    else if (httpPayload && body !== "") members[name] = member.isStructSchema() ? readXml(member, body) : body;
  }
  return members;
}
