import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { writeError } from "./writeError.ts";

/**
 * Writes a whole file so that, whatever happens, readers see the old content or the new and never a part: temporary
 * name in the same folder, fsync, rename, fsync of the folder.
 * @param mode permissions of the file, from which the process's umask is taken
 * @throws RunError when it cannot be written; the old content, if any, is untouched
 */
export async function writeAtomically(
  path: string,
  content: string | AsyncIterable<Uint8Array>,
  mode = 0o666,
): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const handle = await open(temporary, "w", mode);
    try {
      if (typeof content === "string") await handle.writeFile(content);
      else for await (const chunk of content) await handle.writeFile(chunk);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (cause) {
    await rm(temporary, { force: true });
    throw writeError(path, cause);
  }
}

/** Makes a rename survive a power failure. Windows neither needs nor allows it. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
