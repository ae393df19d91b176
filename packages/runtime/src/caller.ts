/** Who asks is not worth waiting for longer, in milliseconds. */
const PATIENCE = 3000;

/**
 * Whom the credentials of the environment belong to, as `sts:GetCallerIdentity` says; `null`: there are none, or AWS did not vouch for them.
 * Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export async function callerArn(): Promise<string | null> {
  // The AWS SDK is loaded where it is needed.
  const { openAws } = await import("@posture/aws-access");
  const aws = openAws({ callDeadlineMs: PATIENCE });
  try {
    return (await aws.identity()).arn;
  } catch {
    return null;
  } finally {
    aws.close();
  }
}
