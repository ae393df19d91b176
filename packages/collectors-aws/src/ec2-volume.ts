import type { Volume as Description } from "@aws-sdk/client-ec2";
import { type AwsHost, callOf, defineCollector, malformed, present } from "@posture/aws-access";
import type { CollectorDefinition, ResourceRef } from "@posture/core";
import { type Volume, volume, type VolumeEncryption, volumeRef, type VolumeUse } from "@posture/resources-aws/ec2";
import { gathered, itemsOf } from "./pages.ts";
import { tagsIn } from "./tags.ts";

const DESCRIBE = callOf(volume, "ec2:DescribeVolumes");
const PAGE = 500;
/** An account can hide what services manage for it; such volumes are looked at all the same. */
const ALL = { IncludeManagedResources: true };

/** EBS volumes, by region. Instance stores and snapshots are other things. */
export const volumes: CollectorDefinition<AwsHost> = defineCollector<Volume>({
  kind: volume,
  reach: "regional",
  gone: ["InvalidVolume.NotFound"],
  async *list({ aws, target, prime }) {
    const { EC2Client, DescribeVolumesCommand } = await import("./sdk/ec2.ts");
    const found = itemsOf(DESCRIBE, async (NextToken) => {
      const command = new DescribeVolumesCommand({ MaxResults: PAGE, ...ALL, ...(NextToken && { NextToken }) });
      const { output, asOf } = await aws.send(EC2Client, command, { region: target.region, call: DESCRIBE });
      return { items: present(output.Volumes, "Volumes", DESCRIBE).map((it) => ({ it, asOf })), next: output.NextToken };
    });
    for await (const { it, asOf } of found)
      yield {
        ref: volumeRef(present(it.VolumeId, "VolumeId", DESCRIBE), target),
        facets: {
          ...prime("encryption", () => encryptionOf(it), asOf),
          ...prime("use", () => useOf(it), asOf),
          ...prime("tags", () => tagsIn(it.Tags, DESCRIBE), asOf),
        },
      };
  },
  finds: {
    /** Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumes.html, its filters. */
    async instanceId({ aws, sought }) {
      const { EC2Client, DescribeVolumesCommand } = await import("./sdk/ec2.ts");
      const found = itemsOf(DESCRIBE, async (NextToken) => {
        const Filters = [{ Name: "attachment.instance-id", Values: [sought.value] }];
        const command = new DescribeVolumesCommand({ MaxResults: PAGE, ...ALL, Filters, ...(NextToken && { NextToken }) });
        const { output } = await aws.send(EC2Client, command, { region: sought.region, call: DESCRIBE });
        return { items: present(output.Volumes, "Volumes", DESCRIBE), next: output.NextToken };
      });
      return (await gathered(found)).map(({ VolumeId }) => volumeRef(present(VolumeId, "VolumeId", DESCRIBE), sought));
    },
  },
  facets: {
    encryption: { read: async ({ aws, ref }) => encryptionOf(await describe(aws, ref)) },
    use: { read: async ({ aws, ref }) => useOf(await describe(aws, ref)) },
    tags: { read: async ({ aws, ref }) => tagsIn((await describe(aws, ref)).Tags, DESCRIBE) },
  },
});

async function describe(aws: AwsHost, { name, region }: ResourceRef): Promise<Description> {
  const { EC2Client, DescribeVolumesCommand } = await import("./sdk/ec2.ts");
  const command = new DescribeVolumesCommand({ VolumeIds: [name], ...ALL });
  const { output } = await aws.send(EC2Client, command, { region, call: DESCRIBE, shared: true });
  const [found, ...others] = present(output.Volumes, "Volumes", DESCRIBE);
  // AWS says InvalidVolume.NotFound of a volume that is not there; an answer about nothing, or about another, says nothing.
  if (found?.VolumeId !== name || others.length > 0) throw malformed(DESCRIBE, `the answer is not about ${name}`);
  return found;
}

function encryptionOf({ Encrypted, KmsKeyId }: Description): VolumeEncryption {
  return { encrypted: present(Encrypted, "Encrypted", DESCRIBE), kmsKeyId: KmsKeyId || null };
}

function useOf({ State, Attachments, Operator }: Description): VolumeUse {
  return {
    state: present(State, "State", DESCRIBE),
    attachedTo: present(Attachments, "Attachments", DESCRIBE).flatMap(({ InstanceId }) => (InstanceId === undefined ? [] : [InstanceId])),
    managedBy: Operator?.Managed ? (Operator.Principal ?? "an AWS service") : null,
  };
}
