export type { Submitted, Wanted } from "./acting.ts";
export type { ApiCall } from "./api.ts";
export type { SlackFault } from "./faults.ts";
export type { ByLabel } from "./fields.ts";
export type { LocalFile, Message, Modal } from "./room.ts";
export type { DisconnectReason } from "./sockets.ts";
export { type LocalSlack, type SlackOptions, startSlack } from "./server.ts";
export type { PersonName } from "./workspace.ts";
export { PEOPLE } from "./workspace.ts";
