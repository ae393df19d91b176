import type { Regional } from "../regional-world.ts";
import { type Shape, shapesIn, textIn, textsIn } from "../shape.ts";
import { AwsError } from "../wire/answer.ts";
import type { Handler } from "./handler.ts";
import { nameIn, paged, regional, shapeOf, without } from "./regional.ts";

/** EC2's volumes, and what says that a security group is in use. */
export const ec2More: Readonly<Record<string, Handler>> = {
  DescribeVolumes(input, context) {
    const ids = textsIn(input, "VolumeIds");
    const all = regional(context, "volumes").filter((it) => !isHidden(it, input));
    const instances = filterOf(input, "attachment.instance-id");
    const found = all.filter(
      (it) =>
        (!ids || ids.includes(nameIn(it, "VolumeId"))) &&
        (!instances || (shapesIn(it, "Attachments") ?? []).some(({ InstanceId }) => instances.includes(String(InstanceId)))),
    );
    const missing = ids?.find((id) => !found.some((it) => it["VolumeId"] === id));
    if (missing !== undefined) throw new AwsError(400, "InvalidVolume.NotFound", `The volume '${missing}' does not exist.`);
    const { account, region } = context;
    const shown = found.map((it) => ({
      State: "available",
      Attachments: [],
      VolumeArn: `arn:aws:ec2:${region}:${account.id}:volume/${nameIn(it, "VolumeId")}`,
      ...shapeOf(it),
    }));
    const { items, next } = paged(shown, input, { size: "MaxResults", token: "NextToken", most: 500 });
    return { Volumes: items, NextToken: next };
  },
  DescribeNetworkInterfaces(input, context) {
    const groups = filterOf(input, "group-id");
    const found = regional(context, "networkInterfaces").filter(
      (it) => !isHidden(it, input) && (!groups || (shapesIn(it, "Groups") ?? []).some(({ GroupId }) => groups.includes(String(GroupId)))),
    );
    const { items, next } = paged(
      found.map((it) => ({ Status: "in-use", InterfaceType: "interface", ...shapeOf(it) })),
      input,
      { size: "MaxResults", token: "NextToken", most: 1000 },
    );
    return { NetworkInterfaces: items, NextToken: next };
  },
  DescribeLaunchTemplateVersions(input, context) {
    const wanted = textsIn(input, "Versions") ?? [];
    const all = regional(context, "launchTemplateVersions").filter(
      (it) => (wanted.includes("$Default") && it["DefaultVersion"] === true) || (wanted.includes("$Latest") && it["Latest"] === true),
    );
    const shown = all.map((it) => without(it, "Region", "Latest"));
    const { items, next } = paged(shown, input, { size: "MaxResults", token: "NextToken", most: 200 });
    return { LaunchTemplateVersions: items, NextToken: next };
  },
  DescribeSecurityGroupReferences(input, context) {
    const ids = textsIn(input, "GroupId") ?? [];
    const missing = ids.find((id) => !context.state.groups(context.account, context.region).some(({ GroupId }) => GroupId === id));
    if (missing !== undefined) throw new AwsError(400, "InvalidGroup.NotFound", `The security group '${missing}' does not exist`);
    const found = regional(context, "peerReferences").filter((it) => ids.includes(nameIn(it, "GroupId")));
    return { SecurityGroupReferenceSet: found.map(shapeOf) };
  },
};

export const lambda: Readonly<Record<string, Handler>> = {
  ListFunctions(input, context) {
    const all = regional(context, "functions").map(shapeOf);
    const { items, next } = paged(all, input, { size: "MaxItems", token: "Marker", most: 50 });
    return { Functions: items, NextMarker: next };
  },
};

export const ram: Readonly<Record<string, Handler>> = {
  ListResources(input, context) {
    const type = textIn(input, "resourceType");
    const all = regional(context, "sharedResources").filter((it) => (type ?? it["type"]) === it["type"]);
    const { items, next } = paged(all.map(shapeOf), input, { size: "maxResults", token: "nextToken", most: 500 });
    return { resources: items, nextToken: next };
  },
};

/** What a service manages is left out unless it is asked for. */
function isHidden(it: Regional, input: Shape): boolean {
  const operator = it["Operator"];
  const isManaged = typeof operator === "object" && operator !== null && "Managed" in operator && operator["Managed"] === true;
  return isManaged && input["IncludeManagedResources"] !== true;
}

function filterOf(input: Shape, name: string): readonly string[] | undefined {
  const filter = (shapesIn(input, "Filters") ?? []).find((it) => it["Name"] === name);
  return filter && textsIn(filter, "Values");
}
