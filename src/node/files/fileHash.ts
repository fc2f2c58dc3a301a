import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { FileError } from "../../core/errors.ts";

const entrySchema = z.object({ path: z.string(), identity: z.string(), sha256: z.string().length(64) });

/**
 * SHA-256 of a file's content, in hex.
 * @param cacheFolder where hashes are remembered by the file's path, size, modification time and inode; created when
 *   absent. Without it the whole file is read each time.
 * @throws FileError when the file cannot be read, or changes while it is read
 */
export async function fileSha256(path: string, cacheFolder?: string): Promise<string> {
  const resolved = await realpath(path).catch((cause: Error) => {
    throw new FileError(`The file cannot be read: ${cause.message}`, { place: { file: path }, cause });
  });
  const identity = await fileIdentity(resolved);
  const entryPath = cacheFolder === undefined ? undefined : join(cacheFolder, `${sha256OfText(resolved)}.json`);
  const remembered = entryPath === undefined ? undefined : await readEntry(entryPath);
  if (remembered?.path === resolved && remembered.identity === identity) return remembered.sha256;

  const sha256 = await hashContent(resolved);
  if ((await fileIdentity(resolved)) !== identity) {
    throw new FileError("The file changed while it was read.", { place: { file: path }, hint: "Try again." });
  }
  if (entryPath !== undefined) await writeEntry(entryPath, { path: resolved, identity, sha256 });
  return sha256;
}

async function fileIdentity(path: string): Promise<string> {
  const { size, mtimeNs, ino } = await stat(path, { bigint: true });
  return `${size}-${mtimeNs}-${ino}`;
}

function sha256OfText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

async function hashContent(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}

/** A damaged or absent entry only means that the file is hashed again. */
async function readEntry(path: string): Promise<z.infer<typeof entrySchema> | undefined> {
  try {
    return entrySchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    return undefined;
  }
}

/** An entry that cannot be written (a full or read-only disk) only means that the file is hashed again. */
async function writeEntry(path: string, entry: z.infer<typeof entrySchema>): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(join(path, ".."), { recursive: true });
    await writeFile(temporary, JSON.stringify(entry));
    await rename(temporary, path);
  } catch {
    await rm(temporary, { force: true });
  }
}
