/** Who called AWS, as people know them. Pure; no part of it proves who somebody is: whoever assumes a role chooses the session's name. */
export interface Principal {
  /** The end of an ARN: of a user without its path, of a session of a role its name. An AWS service is its own name. */
  readonly name: string;
  /** Whether a person may be behind it: neither root nor an AWS service is one, nor what a service does in its own role. */
  readonly mayBePerson: boolean;
}

const ARN = /^arn:[^:]*:(?:iam|sts):[^:]*:[^:]*:(.+)$/s;
const OF_A_SERVICE = /^assumed-role\/(?:.*\/)?AWSServiceRoleFor[^/]*\//s;

/**
 * `by`: an ARN of IAM or STS, or the name of a service, as `AwsChange.by` has them.
 * Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
export function principalOf(by: string): Principal {
  const resource = ARN.exec(by)?.[1];
  if (resource === undefined) return { name: by, mayBePerson: false };
  const name = resource.slice(resource.lastIndexOf("/") + 1) || resource;
  return { name, mayBePerson: resource !== "root" && !OF_A_SERVICE.test(resource) };
}
