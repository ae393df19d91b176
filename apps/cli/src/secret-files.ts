/** What the environment says stands in a file is taken from there once, for every command; most have no such file and load nothing. */
export async function takeFromFiles(): Promise<void> {
  if (!Object.keys(process.env).some((name) => /^(SLACK|POSTURE)_.*_FILE$/.test(name))) return;
  const [{ takenFromFiles }, { postureError }] = await Promise.all([import("@posture/runtime"), import("@posture/core")]);
  const { env, problems } = takenFromFiles(process.env);
  if (problems.size > 0)
    throw postureError("POSTURE_SETTINGS_INVALID", { problems: [...problems.values()].map((line) => `  ${line}`).join("\n") });
  process.env = env;
}
