/** What goes into an operation or comes out of it, in the SDK's own names. */
export type Shape = Readonly<Record<string, unknown>>;

export function isShape(value: unknown): value is Shape {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member as text; `undefined` where it is missing or something else. */
export function textIn(shape: Shape, name: string): string | undefined {
  const value = shape[name];
  return typeof value === "string" ? value : undefined;
}
export function numberIn(shape: Shape, name: string): number | undefined {
  const value = shape[name];
  return typeof value === "number" ? value : undefined;
}
export function textsIn(shape: Shape, name: string): readonly string[] | undefined {
  const value = shape[name];
  return Array.isArray(value) ? value.filter((it) => typeof it === "string") : undefined;
}
export function shapesIn(shape: Shape, name: string): readonly Shape[] | undefined {
  const value = shape[name];
  return Array.isArray(value) ? value.filter(isShape) : undefined;
}
