// Whether the bot of this container lives. It ends with 0 or 1, as Docker wants it.
const { PORT, HOST } = process.env;
const everywhere = !HOST || HOST === "0.0.0.0" || HOST === "::";
const host = everywhere ? "127.0.0.1" : HOST.includes(":") ? `[${HOST}]` : HOST;

try {
  const { status } = await fetch(`http://${host}:${PORT || 3000}/healthz`, { signal: AbortSignal.timeout(4000) });
  process.exitCode = status === 200 ? 0 : 1;
} catch {
  process.exitCode = 1;
}
