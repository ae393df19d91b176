import type { Regional, RegionalListName } from "../regional-world.ts";
import { numberIn, type Shape, textIn } from "../shape.ts";
import { AwsError } from "../wire/answer.ts";
import { type Context, pageOf } from "./handler.ts";

/** The account's resources of one list in the region that is asked. */
export function regional({ account, region }: Context, list: RegionalListName): readonly Regional[] {
  return (account[list] ?? []).filter((it) => it.Region === region);
}

/** As AWS answers it: our own member says where it is, and is none of AWS's. */
export function shapeOf(it: Regional): Shape {
  return without(it, "Region");
}
export function without(it: Shape, ...members: readonly string[]): Shape {
  return Object.fromEntries(Object.entries(it).filter(([name]) => !members.includes(name)));
}
export function nameIn(it: Shape, member: string): string {
  return textIn(it, member) ?? "";
}

/** One page, where the members of the request are called so. */
export function paged(
  all: readonly Shape[],
  input: Shape,
  { size, token, most }: { readonly size: string; readonly token: string; readonly most: number },
): { readonly items: readonly Shape[]; readonly next: string | undefined } {
  const wanted = Math.min(numberIn(input, size) ?? most, most);
  return pageOf(all, wanted, textIn(input, token), () => new AwsError(400, "InvalidParameterValue", `The ${token} is not valid`));
}
