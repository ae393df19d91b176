import { JsonCodec } from "@aws-sdk/core/protocols";
import type { NormalizedSchema } from "@smithy/core/schema";
import { isShape, type Shape } from "../shape.ts";

/** Dates without a format of their own are seconds since 1970 in every JSON answer. */
const SECONDS = 7;
const codec = new JsonCodec({ timestampFormat: { useTrait: true, default: SECONDS }, jsonName: true });

/** A JSON body of this shape. */
export function writeJson(schema: NormalizedSchema, value: Shape): string {
  const serializer = codec.createSerializer();
  serializer.write(schema, value);
  return serializer.flush();
}

/** What a JSON body holds, guided by the shape. */
export async function readJson(schema: NormalizedSchema, body: string): Promise<Shape> {
  const value: unknown = await codec.createDeserializer().read(schema, body === "" ? "{}" : body);
  return isShape(value) ? value : {};
}
