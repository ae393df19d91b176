import { type Check, defineCheck, type Parts } from "@posture/core";
import { bucket, type Grant } from "@posture/resources-aws/s3";
import { z } from "zod";
import { audienceOf, BLIND, grantsText, isPublic } from "../public-grants.ts";

/** Objects that a finding names, and that are looked at again as long as it is open. */
const NAMED = 20;
/** Of the names together, and of a key that a command can hold; in characters of JSON. Evidence has room for 8192. */
const ROOM = { names: 5000, key: 1000 } as const;
/** Of a key in a sentence. */
const SHOWN = 120;

const Params = z.object({
  mode: z
    .enum(["auto", "full"])
    .default("auto")
    .describe("`auto`: a sample of the objects of each bucket. `full`: every object, up to maxObjects."),
  sampleSize: z
    .int()
    .min(1)
    .max(1000)
    .default(50)
    .describe("How many objects of a bucket are asked for their ACL, where a sample is taken."),
  maxObjects: z.int().min(1).default(100_000).describe("How many objects of a bucket are listed with `full`."),
  maxAclCallsPerSweep: z.int().min(1).default(5000).describe("How many objects of all buckets together are asked in one sweep."),
  sampleVerdict: z
    .enum(["pass", "unknown"])
    .default("pass")
    .describe("What is said of a bucket where no object that was asked is public, and not all were asked."),
});

/**
 * WRITE means nothing on an object; who may write its ACL can make it readable.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#permissions
 */
const OPENING = ["READ", "READ_ACP", "WRITE_ACP", "FULL_CONTROL"];

/** The one way to be public that neither the bucket's policy nor its own ACL shows. */
export const objectAclPublic: Check = defineCheck({
  id: "s3/object-acl-public",
  title: "Object ACL grants public read",
  risk: "Anyone on the internet, or anyone with an AWS account, can read the objects, although bucket ACL and policy look private.",
  severity: "high",
  frameworks: { "aws-fsbp": ["S3.2", "S3.12"] },
  resource: bucket,
  mayNeed: ["accountBlock", "publicAccessBlock", "ownership", "objectAcls"],
  params: Params,
  ask: ({ mode, sampleSize, maxObjects, maxAclCallsPerSweep: calls }) => ({
    objectAcls: { sample: mode === "full" ? maxObjects : sampleSize, calls },
  }),
  hints: { objectAcls: "objects" },
  messages: { public: "Objects of bucket {name} are public by their own ACL: {shown}." },
  remediation: {
    steps: [
      {
        text: "If nothing depends on ACLs, set Object Ownership of bucket {name} to Bucket owner enforced: that ends the effect of every object's ACL at once.",
        command:
          "aws s3api put-bucket-ownership-controls --bucket {name} --ownership-controls 'Rules=[{ObjectOwnership=BucketOwnerEnforced}]'",
      },
      {
        text: "Otherwise turn on Block Public Access for the bucket, so that public ACLs are ignored and no new ones are taken.",
        command:
          "aws s3api put-public-access-block --bucket {name} --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
      },
      {
        text: "If the bucket must keep its ACLs, reset those of the objects in the evidence to private; S3 Batch Operations can do many.",
        command: "aws s3api put-object-acl --bucket {name} --key {first} --acl private",
      },
      "Mend the program that uploads with a public canned ACL.",
      "Re-check.",
    ],
    docs: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html",
  },
  evaluate({ arn, accountBlock, publicAccessBlock, ownership, objectAcls }, { params, pass, fail, unknown }) {
    if (objectAcls.state === "moot") return pass({ notes: [`Object ACLs have no effect: ${objectAcls.reason}.`] });
    if (objectAcls.state === "unreadable") return unknown(objectAcls.reason, "objectAcls");

    const { objects, listed, rest } = objectAcls.value;
    const open = publicIn(objects);
    const unread = Object.values(objects).flatMap((part) => (part.state === "unreadable" ? [part.reason] : []));
    const coverage = { seen: Object.keys(objects).length - unread.length, total: Math.max(listed, Object.keys(objects).length) };
    const [first] = open;
    if (first) {
      const blind = [accountBlock, publicAccessBlock, ownership].some(({ state }) => state === "unreadable");
      const grants = open.flatMap((it) => it.grants);
      return fail("public", {
        evidence: {
          shown: shownOf(open, arn),
          count: open.length,
          first: fitting(keyIn(first.object, arn)),
          objects: namesIn(open.map(({ object }) => object)),
          permissions: [...new Set(grants.map(({ permission }) => permission))].toSorted(),
          public: audienceOf(grants),
        },
        notes: [
          ...(blind ? [BLIND] : []),
          ...(rest ? ["Only some of the objects were looked at: there may be more that are public."] : []),
          ...(unread.length > 0 ? ["The ACLs of some objects could not be read: there may be more that are public."] : []),
        ],
        coverage,
      });
    }
    const [reason] = unread;
    if (reason !== undefined) return unknown(reason, "objectAcls");
    const isNothingSeen = coverage.seen === 0 || params.sampleVerdict === "unknown";
    if (rest && isNothingSeen) return unknown(rest.reason, "objectAcls");
    const harmless = Object.values(objects).some((part) => part.state === "known" && part.value.some(isPublic));
    return pass({
      notes: [
        ...(rest ? [`No public object was found in a sample of ${coverage.seen}; there are more objects, which were not looked at.`] : []),
        ...(harmless ? ["An object's ACL grants the public WRITE, which means nothing on objects."] : []),
      ],
      coverage,
    });
  },
});

interface Open {
  /** ARN. */
  readonly object: string;
  readonly grants: readonly Grant[];
}

/** In an order that does not depend on how they were come by. */
function publicIn(objects: Parts<readonly Grant[]>): readonly Open[] {
  return Object.entries(objects)
    .flatMap(([object, part]) => (part.state === "known" ? [{ object, grants: part.value.filter(opens) }] : []))
    .filter(({ grants }) => grants.length > 0)
    .toSorted((a, b) => (a.object < b.object ? -1 : 1));
}

function opens(grant: Grant): boolean {
  return isPublic(grant) && OPENING.includes(grant.permission);
}

function keyIn(object: string, bucketArn: string): string {
  return object.slice(bucketArn.length + 1);
}

function shownOf(open: readonly Open[], bucketArn: string): string {
  const [first, ...others] = open;
  if (!first) return "";
  const key = keyIn(first.object, bucketArn);
  const shown = `${key.length > SHOWN ? `${key.slice(0, SHOWN - 1)}…` : key} (${grantsText(first.grants)})`;
  return others.length > 0 ? `${shown} and ${others.length} more` : shown;
}

/** A key that is too long is left out of commands, not cut: it would be another's. */
function fitting(key: string): string | undefined {
  return JSON.stringify(key).length <= ROOM.key ? key : undefined;
}

/** The first one always: evidence that is too long would lose them all, and with them what to look at again. */
function namesIn(objects: readonly string[]): readonly string[] {
  let room = ROOM.names;
  return objects.slice(0, NAMED).filter((object, i) => {
    room -= JSON.stringify(object).length;
    return i === 0 || room >= 0;
  });
}
