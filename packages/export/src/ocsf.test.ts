import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { exported } from "./exported.ts";
import type { ExportRow } from "./row.ts";
import { ASSIGNEE, CONTEXT, EVERY_KIND, HOSTILE, HOSTILE_ROWS, LARGE_ROW, row, streamOf, textOf } from "./rows.test.fixture.ts";

const Schema = z.record(z.string(), z.unknown());
const schema = Schema.parse(JSON.parse(readFileSync(new URL("../schemas/ocsf-1.8.0-compliance-finding.json", import.meta.url), "utf8")));
const isEvent = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);

async function eventsOf(rows: readonly ExportRow[]): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const text = await textOf(exported("ocsf", streamOf(rows), CONTEXT));
  return text.split("\n").flatMap((line) => (line === "" ? [] : [Schema.parse(JSON.parse(line))]));
}

describe("an OCSF event", () => {
  it.each([
    ["every kind of finding", EVERY_KIND],
    ["hostile values", HOSTILE_ROWS],
    ["a megabyte of evidence", [LARGE_ROW]],
  ])("of %s is valid by the schema of OCSF", async (_, rows) => {
    const events = await eventsOf(rows);
    expect(events).toHaveLength(rows.length);
    for (const event of events) expect(isEvent(event), JSON.stringify(isEvent.errors)).toBe(true);
  });
  it("would not be with an attribute that OCSF does not have, or without one that it needs", async () => {
    const [event = {}] = await eventsOf([row()]);
    expect(isEvent({ ...event, finding_uid: "x" })).toBe(false);
    expect(isEvent({ ...event, cloud: undefined })).toBe(false);
    expect(isEvent({ ...event, severity_id: 7 })).toBe(false);
  });
  it("names what, where, how grave and since when", async () => {
    const [event] = await eventsOf([row()]);
    expect(event).toMatchObject({
      class_uid: 2003,
      type_uid: 200_301,
      activity_name: "Create",
      severity_id: 5,
      status: "New",
      time: Date.parse("2026-11-24T10:59:58.000Z"),
      start_time: Date.parse("2026-11-01T08:15:30.250Z"),
      finding_info: { uid: row().finding.fingerprint, title: "Bucket ACL grants public read" },
      compliance: {
        control: "s3/bucket-acl-public",
        status: "Fail",
        requirements: ["aws-fsbp S3.2", "aws-fsbp S3.3", "cis-aws-foundations-5.0 2.1.4"],
      },
      resources: [{ uid: "arn:aws:s3:::example-data", region: "eu-west-1", cloud_partition: "aws" }],
      cloud: { provider: "AWS", account: { uid: "012345678901" }, region: "eu-west-1" },
      evidences: [{ data: { blocked: false, objects: 12 } }],
      metadata: { version: "1.8.0", profiles: ["cloud"], logged_time: Date.parse(CONTEXT.at) },
    });
  });
  it("closes what is over, and keeps what is suppressed apart", async () => {
    const events = await eventsOf(EVERY_KIND);
    const of = (name: string): unknown => events.map((event) => event[name]);
    // oxlint-disable-next-line posture/one-word-per-idea -- OCSF's own word
    expect(of("status")).toEqual(["New", "New", "New", "Suppressed", "Suppressed", "Resolved", "Archived", "Archived"]);
    expect(of("activity_id")).toEqual([1, 1, 1, 2, 2, 3, 3, 3]);
    expect(of("status_detail")).toEqual([
      "open",
      "open; could not be read since 2026-11-23T00:00:00.000Z: GetBucketAcl: AccessDenied",
      "covered by s3/bucket-policy-public",
      "suppressed",
      "suppressed",
      "resolved",
      "retired",
      "unmonitored",
    ]);
    expect(events[3]?.["comment"]).toBe("The website of the bucket is meant to be public.");
    expect(events[5]).toMatchObject({
      compliance: { status: "Pass" },
      resources: [
        {
          tags: [
            { name: "owner", value: "web" },
            { name: "team", value: "a; b" },
          ],
        },
      ],
      time: Date.parse("2026-11-10T08:15:30.000Z"),
    });
  });
  it("says who sees to it in the words of the profile that has a place for that, and of nobody's is without both", async () => {
    const [assigned, nobodys] = await eventsOf([row({ finding: { assignee: ASSIGNEE } }), row()]);
    expect(assigned).toMatchObject({
      assignee: { uid: "U024BE7LH" },
      metadata: { profiles: ["cloud", "incident"] },
      unmapped: { assigned: { time: Date.parse(ASSIGNEE.at), by: "U0ANA0000" } },
    });
    expect([isEvent(assigned), isEvent({ ...assigned, assignee: "U024BE7LH" })]).toEqual([true, false]);
    expect(nobodys).toMatchObject({ metadata: { profiles: ["cloud"] }, unmapped: { assigned: null } });
    expect(nobodys).not.toHaveProperty("assignee");
  });
  it("has no region where the resource is in none", async () => {
    const [, , , , , , retired] = await eventsOf(EVERY_KIND);
    expect(retired?.["cloud"]).toEqual({
      provider: "AWS",
      account: { uid: "012345678901", type_id: 10, type: "AWS Account" },
      cloud_partition: "aws-us-gov",
    });
  });
  it("keeps every value as it is", async () => expect((await eventsOf(HOSTILE_ROWS)).map((event) => event["message"])).toEqual(HOSTILE));
});
