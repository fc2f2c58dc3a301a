import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "../../core/errors.ts";

/**
 * Paths of all GGUF files in a folder and the folders below it, sorted. Links to files are followed (the caches of
 * download tools consist of them), links to folders are not. Hidden folders are left out.
 * @throws FileError when the folder cannot be read
 */
export async function findModels(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: Error) => {
    throw new FileError(`The folder cannot be read: ${cause.message}`, { place: { file: folder }, cause });
  });
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!entry.name.startsWith(".")) found.push(...(await findModels(path)));
    } else if (/\.gguf$/i.test(entry.name) && (entry.isFile() || (await isLinkToFile(path)))) {
      found.push(path);
    }
  }
  return found.sort();
}

async function isLinkToFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (status) => status.isFile(),
    () => true, // A dangling link is listed, so that its reader can say that the model is missing.
  );
}
