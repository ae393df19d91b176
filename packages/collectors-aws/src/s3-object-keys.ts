import { type AwsHost, callOf, malformed, present } from "@posture/aws-access";
import type { ResourceRef } from "@posture/core";
import { bucket } from "@posture/resources-aws/s3";

const LIST = callOf(bucket, "s3:ListObjectsV2");
/** The most that S3 lists at once. */
const PAGE = 1000;
/** Further looks into a bucket that has more than a page. */
const LOOKS = 4;
/** Letters and digits in the order in which S3 lists them, a few steps apart: keys begin with them, or differ in them. */
const STEPS = ["4", "8", "F", "M", "T", "c", "h", "m", "r", "w"];

/** Keys of a bucket, in the order in which to ask for their ACLs. */
export interface Keys {
  readonly keys: readonly string[];
  /** These are all keys that the bucket has. */
  readonly isWhole: boolean;
}

/**
 * At least `sample` keys, where the bucket has so many. Up to a page they come from all over the bucket, the same ones each time as long as
 * the bucket is the same; more are taken in the order of the listing.
 * @throws {AwsFault}
 */
export async function sampleKeys(aws: AwsHost, ref: ResourceRef, sample: number): Promise<Keys> {
  const first = await listFrom(aws, ref, null, PAGE);
  if (!first.isCut) return { keys: evenly(first.keys, sample), isWhole: true };
  if (sample > PAGE) return inOrder(aws, ref, first.keys, sample);
  const places = placesAfter(first.keys);
  const share = Math.ceil(sample / (places.length + 1));
  const others = await Promise.all(places.map(async (place) => (await listFrom(aws, ref, place, share)).keys));
  return { keys: inTurns([evenly(first.keys, share), ...others]), isWhole: false };
}

async function inOrder(aws: AwsHost, ref: ResourceRef, first: readonly string[], most: number): Promise<Keys> {
  const keys = [...first];
  let isCut = true;
  while (isCut && keys.length < most) {
    const page = await listFrom(aws, ref, keys.at(-1) ?? null, PAGE);
    keys.push(...page.keys);
    ({ isCut } = page);
  }
  return { keys: [...new Set(keys)], isWhole: !isCut };
}

/** Where to look in the part of a bucket that the first page does not show. */
export function placesAfter(page: readonly string[]): readonly string[] {
  const first = page[0] ?? "";
  const last = page.at(-1) ?? "";
  const common = commonPrefix(first, last);
  // Half of them in the folder that all keys of the page share, half behind it.
  const inside = STEPS.map((step) => `${common}${step}`).filter((place) => place > last);
  const behind = common === "" ? [] : STEPS.filter((place) => place > last);
  const half = LOOKS / 2;
  const places = [...apart(inside, LOOKS - Math.min(half, behind.length)), ...apart(behind, LOOKS - Math.min(half, inside.length))];
  return places.length === 0 ? [last] : [...new Set(places)];
}

/** As many of them, each from the middle of its share. */
function apart<T>(all: readonly T[], count: number): T[] {
  return count >= all.length ? [...all] : all.filter((_, i) => isMiddle(i, all.length, count));
}
function isMiddle(index: number, length: number, count: number): boolean {
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * length) / count)).includes(index);
}

function commonPrefix(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return a.slice(0, length);
}

/** All of them, and first `count` that are evenly apart. */
export function evenly<T>(all: readonly T[], count: number): T[] {
  const chosen = new Set(Array.from({ length: Math.min(count, all.length) }, (_, i) => Math.floor((i * all.length) / count)));
  if (count >= all.length) return [...all];
  return [...all.filter((_, i) => chosen.has(i)), ...all.filter((_, i) => !chosen.has(i))];
}

/** One of each, then the second of each, and so on; what comes twice is left out. */
function inTurns(lists: readonly (readonly string[])[]): string[] {
  const longest = Math.max(...lists.map(({ length }) => length));
  return [...new Set(Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list.slice(i, i + 1))).flat())];
}

async function listFrom(
  aws: AwsHost,
  { name, accountId, region }: ResourceRef,
  after: string | null,
  MaxKeys: number,
): Promise<{ readonly keys: readonly string[]; readonly isCut: boolean }> {
  const { S3, ListObjectsV2Command } = await import("./sdk/s3.ts");
  // A key may hold what XML cannot.
  const asked = { Bucket: name, ExpectedBucketOwner: accountId, MaxKeys, EncodingType: "url" } as const;
  const command = new ListObjectsV2Command({ ...asked, ...(after !== null && { StartAfter: after }) });
  const { output } = await aws.send(S3, command, { region, call: LIST });
  const isCut = present(output.IsTruncated, "IsTruncated", LIST);
  // S3 leaves the list out where it is empty, and says so in the count.
  const contents = present(output.KeyCount, "KeyCount", LIST) === 0 ? [] : present(output.Contents, "Contents", LIST);
  const keys = contents.map(({ Key }) => decoded(present(Key, "Key", LIST), output.EncodingType === "url"));
  if (isCut && (keys.length === 0 || keys.at(-1) === after)) throw malformed(LIST, "more is announced, and the page does not go on");
  return { keys, isCut };
}

function decoded(key: string, isEncoded: boolean): string {
  if (!isEncoded) return key;
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    throw malformed(LIST, "a key is not encoded as was asked");
  }
}
