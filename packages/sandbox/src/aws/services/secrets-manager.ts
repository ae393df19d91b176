import { createHash } from "node:crypto";
import type { Regional } from "../regional-world.ts";
import { type Shape, textIn } from "../shape.ts";
import { AwsError } from "../wire/answer.ts";
import type { Context, Handler } from "./handler.ts";
import { nameIn, paged, regional, shapeOf } from "./regional.ts";

export const secretsManager: Readonly<Record<string, Handler>> = {
  ListSecrets(input, context) {
    const all = regional(context, "secrets").filter((it) => input["IncludePlannedDeletion"] === true || it["DeletedDate"] === undefined);
    const { items, next } = paged(
      all.map((it) => secretOf(it, context)),
      input,
      { size: "MaxResults", token: "NextToken", most: 100 },
    );
    return { SecretList: items, NextToken: next };
  },
  DescribeSecret(input, context) {
    const id = textIn(input, "SecretId");
    const found = regional(context, "secrets")
      .map((it) => secretOf(it, context))
      .find((it) => it["ARN"] === id || it["Name"] === id);
    if (!found) throw new AwsError(400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    return found;
  },
};

export const kms: Readonly<Record<string, Handler>> = {
  ListAliases(input, context) {
    const all = regional(context, "keyAliases").map((it) => aliasOf(it, context));
    const { items, next } = paged(all, input, { size: "Limit", token: "Marker", most: 100 });
    return { Aliases: items, NextMarker: next, Truncated: next !== undefined };
  },
};

/** AWS puts six characters behind the name; ours are the same each time. */
function secretOf(it: Regional, { account, region }: Context): Shape {
  const name = nameIn(it, "Name");
  const tail = createHash("sha256").update(`${account.id}/${region}/${name}`).digest("hex").slice(0, 6);
  return { ARN: `arn:aws:secretsmanager:${region}:${account.id}:secret:${name}-${tail}`, ...shapeOf(it) };
}

function aliasOf(it: Regional, { account, region }: Context): Shape {
  return { AliasArn: `arn:aws:kms:${region}:${account.id}:${nameIn(it, "AliasName")}`, ...shapeOf(it) };
}
