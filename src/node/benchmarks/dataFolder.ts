import { homedir } from "node:os";
import { join, resolve } from "node:path";

/**
 * Where downloaded benchmark files are kept: `MEDLEY_DATA`, or the place that the platform has for such data
 * (`~/.local/share/medley/data`, `~/Library/Application Support/Medley/data`, `%LOCALAPPDATA%\Medley\data`).
 */
export function defaultDataFolder(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const { MEDLEY_DATA, LOCALAPPDATA, XDG_DATA_HOME } = environment;
  if (MEDLEY_DATA) return resolve(MEDLEY_DATA);
  if (platform === "win32") return join(LOCALAPPDATA || join(home, "AppData", "Local"), "Medley", "data");
  if (platform === "darwin") return join(home, "Library", "Application Support", "Medley", "data");
  return join(XDG_DATA_HOME || join(home, ".local", "share"), "medley", "data");
}
