import type { FileSystemDescription } from "@aws-sdk/client-efs";
import { type AwsHost, callOf, defineCollector, malformed, present } from "@posture/aws-access";
import type { CollectorDefinition, ResourceRef } from "@posture/core";
import { type FileSystem, fileSystem, type FileSystemEncryption, fileSystemRef, type FileSystemUse } from "@posture/resources-aws/efs";
import { itemsOf } from "./pages.ts";
import { tagsIn } from "./tags.ts";

const DESCRIBE = callOf(fileSystem, "efs:DescribeFileSystems");
const PAGE = 100;

/** EFS file systems, by region. */
export const fileSystems: CollectorDefinition<AwsHost> = defineCollector<FileSystem>({
  kind: fileSystem,
  reach: "regional",
  gone: ["FileSystemNotFound"],
  async *list({ aws, target, prime }) {
    const { EFSClient, DescribeFileSystemsCommand } = await import("./sdk/efs.ts");
    const found = itemsOf(DESCRIBE, async (Marker) => {
      const command = new DescribeFileSystemsCommand({ MaxItems: PAGE, ...(Marker && { Marker }) });
      const { output, asOf } = await aws.send(EFSClient, command, { region: target.region, call: DESCRIBE });
      return { items: present(output.FileSystems, "FileSystems", DESCRIBE).map((it) => ({ it, asOf })), next: output.NextMarker };
    });
    for await (const { it, asOf } of found)
      yield {
        ref: fileSystemRef(present(it.FileSystemId, "FileSystemId", DESCRIBE), target),
        facets: {
          ...prime("encryption", () => encryptionOf(it), asOf),
          ...prime("use", () => useOf(it), asOf),
          ...prime("tags", () => tagsIn(it.Tags, DESCRIBE), asOf),
        },
      };
  },
  facets: {
    encryption: { read: async ({ aws, ref }) => encryptionOf(await describe(aws, ref)) },
    use: { read: async ({ aws, ref }) => useOf(await describe(aws, ref)) },
    tags: { read: async ({ aws, ref }) => tagsIn((await describe(aws, ref)).Tags, DESCRIBE) },
  },
});

async function describe(aws: AwsHost, { name, region }: ResourceRef): Promise<FileSystemDescription> {
  const { EFSClient, DescribeFileSystemsCommand } = await import("./sdk/efs.ts");
  const command = new DescribeFileSystemsCommand({ FileSystemId: name });
  const { output } = await aws.send(EFSClient, command, { region, call: DESCRIBE, shared: true });
  const [found, ...others] = present(output.FileSystems, "FileSystems", DESCRIBE);
  if (found?.FileSystemId !== name || others.length > 0) throw malformed(DESCRIBE, `the answer is not about ${name}`);
  return found;
}

function encryptionOf({ Encrypted, KmsKeyId }: FileSystemDescription): FileSystemEncryption {
  return { encrypted: present(Encrypted, "Encrypted", DESCRIBE), kmsKeyId: KmsKeyId || null };
}

function useOf({ LifeCycleState, OwnerId, NumberOfMountTargets }: FileSystemDescription): FileSystemUse {
  return {
    state: present(LifeCycleState, "LifeCycleState", DESCRIBE),
    ownerId: present(OwnerId, "OwnerId", DESCRIBE),
    mountTargets: present(NumberOfMountTargets, "NumberOfMountTargets", DESCRIBE),
  };
}
