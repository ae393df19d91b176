import { type CloudEvent, defineResource, type ResourceKind, type ResourceRef } from "@posture/core";
import { z } from "zod";
import { callsTo, distinct, eventsFrom, Maybe, type Place, regionalArn, Tags, Text } from "../declaring.ts";

/** Settled when the file system is made. */
export interface FileSystemEncryption {
  readonly encrypted: boolean;
  readonly kmsKeyId: string | null;
}
export interface FileSystemUse {
  /** creating, available, updating, deleting, deleted, error. */
  readonly state: string;
  /** The account that owns it. */
  readonly ownerId: string;
  readonly mountTargets: number;
}

/** The facets of a file system. One answer of DescribeFileSystems holds them all. */
export interface FileSystem {
  encryption: FileSystemEncryption;
  use: FileSystemUse;
  tags: Readonly<Record<string, string>>;
}

const TYPE = "AWS::EFS::FileSystem";
const events = eventsFrom("elasticfilesystem");
const DESCRIBE = callsTo("efs", "elasticfilesystem")("DescribeFileSystems");

/**
 * An EFS file system. Its `name` is its id ("fs-…").
 * Source: https://docs.aws.amazon.com/efs/latest/ug/API_FileSystemDescription.html
 */
export const fileSystem: ResourceKind<FileSystem> = defineResource({
  type: TYPE,
  lists: [DESCRIBE],
  lifecycle: events("CreateFileSystem", "DeleteFileSystem", "CreateReplicationConfiguration"),
  console: ({ name, region }) => `efs/home?region=${region}#/file-systems/${name}`,
  facets: {
    encryption: { schema: z.object({ encrypted: z.boolean(), kmsKeyId: Maybe }), prime: [DESCRIBE], read: [DESCRIBE], changedBy: [] },
    use: {
      schema: z.object({ state: z.string().min(1), ownerId: z.string().min(1), mountTargets: z.int().min(0) }),
      prime: [DESCRIBE],
      read: [DESCRIBE],
      changedBy: [],
    },
    tags: { schema: Tags, prime: [DESCRIBE], read: [DESCRIBE], changedBy: events("TagResource", "UntagResource") },
  },
  locate,
});

export function fileSystemRef(id: string, at: Place): ResourceRef {
  const { accountId, region } = at;
  return { type: TYPE, arn: regionalArn(at, "elasticfilesystem", `file-system/${id}`), name: id, accountId, region };
}

const Detail = z.object({
  requestParameters: z.object({ fileSystemId: Text, sourceFileSystemId: Text, resourceId: Text }).nullish(),
  responseElements: z
    .object({ fileSystemId: Text, destinations: z.array(z.object({ fileSystemId: Text, region: Text })).nullish() })
    .nullish(),
});

/** A replication also makes a file system, most often in another region. */
function locate(event: CloudEvent): readonly ResourceRef[] {
  const { requestParameters: asked, responseElements: answered } = Detail.safeParse(event.detail).data ?? {};
  const ids = [asked?.fileSystemId, asked?.sourceFileSystemId, asked?.resourceId, answered?.fileSystemId];
  const own = ids.flatMap((id) => /fs-[0-9a-f]+$/.exec(id ?? "")?.[0] ?? []);
  const copies = answered?.destinations?.flatMap(({ fileSystemId, region = event.region }) =>
    fileSystemId ? [fileSystemRef(fileSystemId, { ...event, region })] : [],
  );
  return distinct([...own.map((id) => fileSystemRef(id, event)), ...(copies ?? [])]);
}
