import { XmlCodec } from "@aws-sdk/core/protocols";
import type { NormalizedSchema } from "@smithy/core/schema";
import { isShape, type Shape } from "../shape.ts";

/** Dates without a format of their own are ISO 8601 in every XML answer of these services. */
const ISO = 5;
const codec = new XmlCodec({
  timestampFormat: { useTrait: true, default: ISO },
  xmlNamespace: "",
  serviceNamespace: "",
  httpBindings: false,
});

/** An XML element of this shape, its name and namespace as the service writes them. */
export function writeXml(schema: NormalizedSchema, value: unknown, xmlNamespace: string, name?: string): string {
  const serializer = codec.createSerializer();
  serializer.write(schema, value);
  const text = String(serializer.flush());
  return rooted(text, name, xmlNamespace);
}

/** Names the root element, and says whose it is. */
function rooted(xml: string, name: string | undefined, xmlNamespace: string): string {
  const [, own = "", attributes = "", closed = ""] = /^<([^\s/>]+)([^>]*?)(\/?)>/.exec(xml) ?? [];
  const root = name ?? own;
  const namespace = attributes.includes("xmlns=") ? "" : ` xmlns="${xmlNamespace}"`;
  const head = `<${own}${attributes}${closed}>`;
  const rest = xml.slice(head.length);
  if (closed !== "") return `<${root}${namespace}${attributes}></${root}>`;
  return `<${root}${namespace}${attributes}>${rest.slice(0, rest.length - `</${own}>`.length)}</${root}>`;
}

/** What an XML body holds, guided by the shape. */
export function readXml(schema: NormalizedSchema, body: string): Shape {
  const value: unknown = codec.createDeserializer().read(schema, new TextEncoder().encode(body));
  return isShape(value) ? value : {};
}

export function textXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
