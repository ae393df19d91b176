import { textIn } from "../shape.ts";
import { AwsError } from "../wire/answer.ts";
import type { Handler } from "./handler.ts";
import { nameIn, paged, regional, shapeOf } from "./regional.ts";

export const efs: Readonly<Record<string, Handler>> = {
  DescribeFileSystems(input, context) {
    const id = textIn(input, "FileSystemId");
    const found = regional(context, "fileSystems").filter((it) => (id ?? it["FileSystemId"]) === it["FileSystemId"]);
    if (id !== undefined && found.length === 0) throw new AwsError(404, "FileSystemNotFound", `File system '${id}' does not exist.`);
    const { account, region } = context;
    const all = found.map((it) => ({
      OwnerId: account.id,
      CreationToken: it["FileSystemId"],
      CreationTime: "2024-01-01T00:00:00.000Z",
      LifeCycleState: "available",
      NumberOfMountTargets: 0,
      SizeInBytes: { Value: 6144 },
      PerformanceMode: "generalPurpose",
      Tags: [],
      FileSystemArn: `arn:aws:elasticfilesystem:${region}:${account.id}:file-system/${nameIn(it, "FileSystemId")}`,
      ...shapeOf(it),
    }));
    const { items, next } = paged(all, input, { size: "MaxItems", token: "Marker", most: 100 });
    return { FileSystems: items, NextMarker: next };
  },
};
