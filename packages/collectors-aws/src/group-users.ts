import { AwsFault, type AwsHost, type FacetReader } from "@posture/aws-access";
import type { IdleOptions, InboundRule } from "@posture/resources-aws/ec2";

/** Something that names security groups. AWS leaves out a list where there is none. */
export interface User {
  readonly by: string;
  readonly groups: readonly (readonly string[] | undefined)[];
}
export type UsersReader = FacetReader<readonly string[], IdleOptions, readonly InboundRule[]>;

/** Reads who names a group, out of answers that are the same for all groups of a region. */
export function usersIn(everyUser: (aws: AwsHost, region: string) => Promise<readonly User[]>): UsersReader {
  return {
    async read({ aws, ref }) {
      const users = await everyUser(aws, ref.region);
      return users.filter(({ groups }) => groups.some((list) => list?.includes(ref.name))).map(({ by }) => by);
    },
  };
}

/** What was listed and went before it was read names nothing any more. */
export async function unlessGone<T>(code: string, read: () => Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AwsFault && error.code === code) return [];
    throw error;
  }
}

/** For calls that take a list of limited length. */
export function inBatches<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}
