import { type CloudEvent, defineResource, type ResourceKind, type ResourceRef, type Selector } from "@posture/core";
import { z } from "zod";
import { callsTo, eventsFrom, idsIn, Maybe, type Place, regionalArn, selectorOf, Tags, Text } from "../declaring.ts";

/** Whether what lies on the volume is encrypted. It is settled when the volume is made, and never changes. */
export interface VolumeEncryption {
  readonly encrypted: boolean;
  /** `null`: not encrypted, or by a key that AWS does not name. */
  readonly kmsKeyId: string | null;
}

/** What becomes of a volume, and who made it. */
export interface VolumeUse {
  /** creating, available, in-use, deleting, deleted, error. */
  readonly state: string;
  /** The ids of the instances that it is attached to. */
  readonly attachedTo: readonly string[];
  /** The AWS service that manages it; `null`: nobody but its owner. */
  readonly managedBy: string | null;
}

/** The facets of an EBS volume. One answer of DescribeVolumes holds them all. */
export interface Volume {
  encryption: VolumeEncryption;
  use: VolumeUse;
  tags: Readonly<Record<string, string>>;
}

const TYPE = "AWS::EC2::Volume";
const events = eventsFrom("ec2");
const DESCRIBE = callsTo("ec2")("DescribeVolumes");

/**
 * An EBS volume. Its `name` is its id ("vol-…").
 * Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Volume.html
 */
export const volume: ResourceKind<Volume> = defineResource({
  type: TYPE,
  lists: [DESCRIBE],
  finds: { instanceId: { calls: [DESCRIBE] } },
  lifecycle: events("CreateVolume", "CopyVolumes", "DeleteVolume", "ImportVolume", "RunInstances", "CreateReplaceRootVolumeTask"),
  console: ({ name, region }) => `ec2/home?region=${region}#VolumeDetails:volumeId=${name}`,
  facets: {
    encryption: { schema: z.object({ encrypted: z.boolean(), kmsKeyId: Maybe }), prime: [DESCRIBE], read: [DESCRIBE], changedBy: [] },
    use: {
      schema: z.object({ state: z.string().min(1), attachedTo: z.array(z.string()), managedBy: Maybe }),
      prime: [DESCRIBE],
      read: [DESCRIBE],
      changedBy: events("AttachVolume", "DetachVolume"),
    },
    tags: { schema: Tags, prime: [DESCRIBE], read: [DESCRIBE], changedBy: events("CreateTags", "DeleteTags") },
  },
  locate,
});

export function volumeRef(volumeId: string, at: Place): ResourceRef {
  const { accountId, region } = at;
  return { type: TYPE, arn: regionalArn(at, "ec2", `volume/${volumeId}`), name: volumeId, accountId, region };
}

const Detail = z.object({
  requestParameters: z
    .object({
      instanceId: Text,
      CreateReplaceRootVolumeTaskRequest: z.object({ InstanceId: Text }).nullish(),
    })
    .nullish(),
  responseElements: z.object({ instancesSet: z.object({ items: z.array(z.object({ instanceId: Text })) }).nullish() }).nullish(),
});

const VOLUME_ID = /^vol-[0-9a-z]+$/;

/** Volumes that an event names; where it names an instance only, or starts some, those that are attached to it: a selector by `instanceId`. */
function locate(event: CloudEvent): readonly (ResourceRef | Selector)[] {
  const { requestParameters: asked, responseElements: answered } = Detail.safeParse(event.detail).data ?? {};
  const named = idsIn(event, VOLUME_ID).map((id) => volumeRef(id, event));
  const started = answered?.instancesSet?.items.flatMap(({ instanceId }) => instanceId ?? []);
  const instance = named.length > 0 ? undefined : (asked?.instanceId ?? asked?.CreateReplaceRootVolumeTaskRequest?.InstanceId);
  return [...named, ...(started ?? [instance ?? []].flat()).map((id) => selectorOf(TYPE, "instanceId", id, event))];
}
