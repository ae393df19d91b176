import { describe, expect, it } from "vitest";
import { filterOf } from "./asked.ts";
import { loadChecks } from "./checks.ts";

const { infos } = await loadChecks({ folder: import.meta.dirname });

describe("what people ask for", () => {
  it("is told to the store as it is, where no category and no framework is named", () => {
    expect(filterOf({ severities: ["critical"], text: "x" }, infos)).toEqual({ severities: ["critical"], text: "x" });
  });
  it("becomes the checks of a category; one that has two is in both", () => {
    const [s3, encryption] = [filterOf({ categories: ["s3"] }, infos), filterOf({ categories: ["encryption"] }, infos)];
    expect(s3.checks).toContain("s3/bucket-acl-public");
    expect(s3.checks).not.toContain("iam/root-mfa-disabled");
    expect(s3.checks).toContain("s3/bucket-no-default-encryption");
    expect(encryption.checks).toContain("s3/bucket-no-default-encryption");
  });
  it("becomes the checks of a framework, and of these only the named ones", () => {
    expect(filterOf({ framework: "cis-3.0", checks: ["iam/root-mfa-disabled", "tagging/ebs-volume-owner-missing"] }, infos).checks).toEqual(
      ["iam/root-mfa-disabled"],
    );
  });
  it("is no finding, rather than every finding, where no check is meant", () => {
    expect(filterOf({ categories: ["s3"], checks: ["iam/root-mfa-disabled"] }, infos).checks).toEqual([]);
  });
  it("is refused with the nearest word where a word is misspelt", () => {
    expect(() => filterOf({ categories: ["S3"] }, infos)).toThrow(/no category S3.*did you mean s3/);
    expect(() => filterOf({ framework: "cis-3.00" }, infos)).toThrow(/did you mean cis-3\.0/);
  });
});
