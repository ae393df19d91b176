import { whoAsks } from "../door.ts";

/** Whoever types it. */
export const ME = "me";

/** The same options, with the id of whoever asks in place of `me`; only then is AWS asked who that is. */
export async function withMe<T extends { readonly assignee?: readonly string[] }>(options: T): Promise<T> {
  if (!options.assignee?.includes(ME)) return options;
  const { id } = await whoAsks();
  return { ...options, assignee: options.assignee.map((it) => (it === ME ? id : it)) };
}
