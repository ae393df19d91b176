export { type LowdbAuditOptions, openLowdbAudit } from "./audit.ts";
export type { Holder } from "./lock.ts";
export { lookAtStore, type StoreLook } from "./look.ts";
export { type CommandServer, type Sent, sendCommand, serveCommands } from "./socket.ts";
export { type LowdbOptions, type LowdbStore, openLowdbStore } from "./store.ts";
