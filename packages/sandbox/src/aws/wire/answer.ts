import type { Shape } from "../shape.ts";
import { withDates } from "./dates.ts";
import { writeJson } from "./json.ts";
import type { Operation, Service } from "./operations.ts";
import { textXml, writeXml } from "./xml.ts";

export interface Outgoing {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An error as AWS would answer it. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

const XML = { "content-type": "application/xml" };
const JSON_TYPE = { "content-type": "application/x-amz-json-1.1" };
const PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** What an operation answers, on the wire. */
export function answerOf(service: Service, operation: Operation, given: Shape, requestId: string): Outgoing {
  const output = withDates(operation.output, given);
  const { protocol, xmlNamespace } = service;
  const { output: schema, name } = operation;
  const isStruct = schema.isStructSchema();
  if (protocol === "ec2") {
    const body = isStruct
      ? writeXml(schema, output, xmlNamespace, `${name}Response`)
      : `<${name}Response xmlns="${xmlNamespace}"><return>true</return></${name}Response>`;
    return { status: 200, headers: { ...XML, "x-amzn-requestid": requestId }, body: `${PROLOGUE}${body}` };
  }
  if (protocol === "query") {
    const result = isStruct ? writeXml(schema, output, xmlNamespace, `${name}Result`) : "";
    const body = `<${name}Response xmlns="${xmlNamespace}">${result}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${name}Response>`;
    return { status: 200, headers: { ...XML, "x-amzn-requestid": requestId }, body };
  }
  if (protocol === "json" || protocol === "rest-json") {
    const body = isStruct ? writeJson(schema, output) : "{}";
    return { status: operation.http?.[2] ?? 200, headers: { ...JSON_TYPE, "x-amzn-requestid": requestId }, body };
  }
  return restAnswer(service, operation, output, requestId);
}

/** A scalar as it stands in a header or a body. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A REST answer: some members are headers, one may be the whole body. */
function restAnswer({ xmlNamespace }: Service, { output: schema, http }: Operation, output: Shape, requestId: string): Outgoing {
  const status = http?.[2] ?? 200;
  const headers: Record<string, string> = { "x-amz-request-id": requestId };
  if (!schema.isStructSchema()) return { status, headers, body: "" };
  const inBody: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const value = output[name];
    if (value === undefined || value === null) continue;
    const { httpHeader, httpPayload } = member.getMergedTraits();
    if (httpHeader) headers[httpHeader] = textOf(value);
    else if (httpPayload)
      return {
        status,
        headers: { ...headers, ...typeOf(value) },
        body: member.isStructSchema() ? PROLOGUE + writeXml(member, value, xmlNamespace) : textOf(value),
      };
    else inBody[name] = value;
  }
  return { status, headers: { ...headers, ...XML }, body: PROLOGUE + writeXml(schema, inBody, xmlNamespace) };
}

function typeOf(payload: unknown): Record<string, string> {
  return typeof payload === "string" ? { "content-type": "application/json" } : XML;
}

/** An error in the form of the service's protocol. */
export function refusalOf(service: Service | undefined, { status, code, message, headers }: AwsError, requestId: string): Outgoing {
  if (service?.protocol === "json" || service?.protocol === "rest-json") {
    const own = { ...JSON_TYPE, "x-amzn-errortype": code, "x-amzn-requestid": requestId, ...headers };
    return { status, headers: own, body: JSON.stringify({ __type: code, message }) };
  }
  const error = `<Code>${textXml(code)}</Code><Message>${textXml(message)}</Message>`;
  const id = `<RequestId>${requestId}</RequestId>`;
  return { status, headers: { ...XML, ...headers, "x-amz-request-id": requestId, "x-amzn-requestid": requestId }, body: PROLOGUE + body() };

  function body(): string {
    if (service?.protocol === "ec2")
      return `<Response><Errors><Error>${error}</Error></Errors><RequestID>${requestId}</RequestID></Response>`;
    if (service?.name === "s3") return `<Error>${error}${id}<HostId>simulated</HostId></Error>`;
    return `<ErrorResponse${service ? ` xmlns="${service.xmlNamespace}"` : ""}><Error><Type>Sender</Type>${error}</Error>${id}</ErrorResponse>`;
  }
}
