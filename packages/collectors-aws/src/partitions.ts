/** Where a partition answers for what has no region. Source: https://docs.aws.amazon.com/general/latest/gr/s3.html */
const HOME: ReadonlyMap<string, string> = new Map([
  ["aws", "us-east-1"],
  ["aws-us-gov", "us-gov-west-1"],
  ["aws-cn", "cn-north-1"],
  ["aws-iso", "us-iso-east-1"],
  ["aws-iso-b", "us-isob-east-1"],
  ["aws-eusc", "eusc-de-east-1"],
]);

export function homeOf(partition: string): string {
  return HOME.get(partition) ?? "us-east-1";
}
