import { homedir } from "node:os";
import path from "node:path";

/** A path as a person writes it: `~` for the home. */
export function withHome(folder: string): string {
  const home = homedir();
  return folder.startsWith(home + path.sep) ? `~${folder.slice(home.length)}` : folder;
}
