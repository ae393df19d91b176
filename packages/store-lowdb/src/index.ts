export { type LowdbOptions, type LowdbStore, openLowdbStore } from "./store.ts";
