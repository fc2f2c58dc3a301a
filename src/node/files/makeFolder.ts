import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Creates a folder and those that it is in, as far as they are absent. Node's own `recursive` never returns where a folder that
 * exists answers that it does not, as /proc does.
 * @throws the system's error when it cannot be created
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isThere = (folder: string) =>
      stat(folder).then(
        (status) => status.isDirectory(),
        () => false,
      );
    if (code === "EEXIST" && (await isThere(path))) return;
    if (code !== "ENOENT" || (await isThere(dirname(path)))) throw error;
    await makeFolder(dirname(path));
    await makeFolder(path);
  }
}
