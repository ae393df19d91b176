import { isPostureError, type PostureError, postureError } from "@posture/core";
import type { Place } from "./place.ts";

/** The SQLSTATE of what the server said, or Node's code of what the network did. */
export function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string" ? error.code : "";
}

export function messageOf(error: unknown): string {
  // What fails for each address of a host says nothing itself.
  if (error instanceof AggregateError && error.message === "") return error.errors.map(messageOf).join("; ");
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
}

const NETWORK =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|ENOENT|ERR_STREAM_\w+|ERR_SOCKET_\w+)$/;
/** Connections (08), shutdown and start of the server (57P0x), too many connections. */
const LOST = /^(08...|57P0.|53300|25P03)$/;
/** The driver's own, which have no code. */
const CUT =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Query read timeout|Client was closed)/;

/** Was the connection lost, or not to be had? Then nobody knows what the server did last. */
export function isLost(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isLost);
  return NETWORK.test(codeOf(error)) || LOST.test(codeOf(error)) || (error instanceof Error && CUT.test(error.message));
}

/** Serialization, deadlock, a lock or a statement that took too long: the same may do on another try. */
export function isPassing(error: unknown): boolean {
  return isLost(error) || ["40001", "40P01", "55P03", "57014"].includes(codeOf(error));
}

/** Did the server itself say it? No SQLSTATE begins with E, as the codes of the system do. */
export function isFromServer(error: unknown): boolean {
  return /^[0-9A-DF-Z][0-9A-Z]{4}$/.test(codeOf(error));
}

/** What Posture says of it to people; what is no fault of the database stays what it is. */
export function faultOf(place: Place, error: unknown): unknown {
  if (isPostureError(error)) return error;
  const cause = messageOf(error);
  const code = codeOf(error);
  if (isPassing(error)) return postureError("POSTURE_STORE_UNREACHABLE", { place: place.name, cause }, error);
  if (code === "3D000")
    return postureError("POSTURE_STORE_DATABASE_MISSING", { place: place.name, database: place.database, cause }, error);
  if (/^(28...|42501)$/.test(code) || /password|authentication|SASL/i.test(cause)) {
    return postureError("POSTURE_STORE_REFUSED", { place: place.name, cause }, error);
  }
  // A read-only server or transaction; no room on the disk or in memory; the disk itself.
  if (/^(25006|53...|58030)$/.test(code)) return postureError("POSTURE_STORE_READ_ONLY", { place: place.name, cause }, error);
  return isFromServer(error) ? postureError("POSTURE_STORE_UNREADABLE", { place: place.name, cause }, error) : error;
}

export function damaged(place: Place, problem: string): PostureError {
  return postureError("POSTURE_STORE_DATABASE_CORRUPT", { place: place.name, problem });
}
