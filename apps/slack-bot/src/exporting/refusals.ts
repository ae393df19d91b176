import type { Failure } from "../slack/failure.ts";

const ON_A_COMMAND_LINE = "On a command line, `posture export` writes the same file.";

const REFUSALS: Readonly<Record<string, string>> = {
  file_uploads_disabled: `This workspace takes no files. Someone who administers it can allow them. ${ON_A_COMMAND_LINE}`,
  file_uploads_except_images_disabled: `This workspace takes no files but pictures. Someone who administers it can allow them. ${ON_A_COMMAND_LINE}`,
  file_type_not_allowed: `This workspace takes no files of this type. Try another format. ${ON_A_COMMAND_LINE}`,
  blocked_file_type: `This workspace takes no files of this type. Try another format. ${ON_A_COMMAND_LINE}`,
  file_upload_size_restricted: `The file is larger than Slack takes: 1 GB, or less where the workspace says so. Ask for fewer findings, by severity or account for example. ${ON_A_COMMAND_LINE}`,
  storage_limit_reached: `This workspace has no room for more files. ${ON_A_COMMAND_LINE}`,
  not_in_channel: "Posture is not in this channel. Invite it with /invite, or leave out `here` and the file comes to you alone.",
  channel_not_found: "Posture does not see this channel. Invite it with /invite, or leave out `here` and the file comes to you alone.",
  is_archived: "Nobody can write in this channel any more. Leave out `here`, and the file comes to you alone.",
  cannot_dm_bot: "Slack opens no direct messages with you. Type `here` behind the format, and the file comes to this channel.",
};

/** Why a file could not be delivered, and what to do. `mayBeThere`: it may be there all the same. Pure. */
export function uploadRefusal({ kind, why, needed }: Failure, mayBeThere = false): string {
  if (why === "missing_scope") {
    const scope = needed ?? "files:write";
    return `The app is not allowed to do this: it lacks \`${scope}\`. Add that to its bot scopes and install it again. ${ON_A_COMMAND_LINE}`;
  }
  if (mayBeThere) return "Slack did not say whether the file arrived. Look whether it is there, and if not, ask again.";
  if (kind === "later" || kind === "unknown") return "Slack does not take files just now. Ask again in a few minutes.";
  const known = Object.hasOwn(REFUSALS, why) ? REFUSALS[why] : undefined;
  return known ?? `Slack did not take the file (${why}). ${ON_A_COMMAND_LINE}`;
}
