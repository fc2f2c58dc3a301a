import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { FileError } from "../../core/errors.ts";
import { largest } from "../../core/lists.ts";
import { parseJson } from "../../core/json.ts";
import { makeFolder } from "./makeFolder.ts";
import { fileIdentity } from "./fileIdentity.ts";

const entrySchema = z.object({ path: z.string(), identity: z.string(), sha256: z.string().length(64) });

/** A file that was written so short a time ago, in milliseconds, may be written again without a change of its times. */
const settlingTime = 1000;

/**
 * SHA-256 of what files contain, one after the other, in hex: of a single file that of the file, of the parts of a model
 * what `cat PARTS | sha256sum` gives.
 * @param cacheFolder where hashes are remembered by the file's path and {@link fileIdentity}; created when absent. Without
 *   it the whole file is read each time.
 * @throws FileError when the file cannot be read, or changes while it is read
 */
export async function fileSha256(files: string | readonly string[], cacheFolder?: string): Promise<string> {
  const paths = await resolvePaths(files);
  const resolved = paths.join("\n");
  const remembered = cacheFolder === undefined ? undefined : await readEntry(entryPath(cacheFolder, resolved));
  const isCurrent = remembered?.path === resolved && remembered.identity === (await identityOf(paths)).identity;
  return isCurrent ? remembered.sha256 : await fileSha256Anew(files, cacheFolder);
}

/**
 * The same of the content as it is now, whatever is remembered of it: for what is put on record.
 * @param cacheFolder where it is remembered
 * @throws FileError as {@link fileSha256} does
 */
export async function fileSha256Anew(files: string | readonly string[], cacheFolder?: string): Promise<string> {
  const paths = await resolvePaths(files);
  const resolved = paths.join("\n");
  const { identity, changed } = await identityOf(paths);
  const sha256 = await hashContent(paths);
  if ((await identityOf(paths)).identity !== identity) {
    throw new FileError("The file changed while it was read.", { place: { file: paths[0]! }, hint: "Try again." });
  }
  const hasSettled = Date.now() - changed > settlingTime;
  if (cacheFolder !== undefined && hasSettled) {
    await writeEntry(entryPath(cacheFolder, resolved), { path: resolved, identity, sha256 });
  }
  return sha256;
}

function resolvePaths(files: string | readonly string[]): Promise<string[]> {
  const resolve = (path: string) =>
    realpath(path).catch((cause: Error) => {
      throw new FileError(`The file cannot be read: ${cause.message}`, { place: { file: path }, cause });
    });
  return Promise.all((typeof files === "string" ? [files] : files).map(resolve));
}

/** @returns also when the state of one of them last changed, in milliseconds */
async function identityOf(paths: readonly string[]): Promise<{ readonly identity: string; readonly changed: number }> {
  const statuses = await Promise.all(paths.map((path) => stat(path, { bigint: true })));
  return {
    identity: statuses.map(fileIdentity).join(" "),
    changed: largest(statuses.map(({ ctimeMs }) => Number(ctimeMs))),
  };
}

function entryPath(cacheFolder: string, path: string): string {
  return join(cacheFolder, `${sha256OfText(path)}.json`);
}

function sha256OfText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

async function hashContent(paths: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of paths) {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Uint8Array);
  }
  return hash.digest("hex");
}

/** A damaged or absent entry only means that the file is hashed again. */
async function readEntry(path: string): Promise<z.infer<typeof entrySchema> | undefined> {
  try {
    return entrySchema.parse(parseJson(await readFile(path, "utf8")));
  } catch {
    return undefined;
  }
}

/** An entry that cannot be written (a full or read-only disk) only means that the file is hashed again. */
async function writeEntry(path: string, entry: z.infer<typeof entrySchema>): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await makeFolder(dirname(path));
    await writeFile(temporary, JSON.stringify(entry));
    await rename(temporary, path);
  } catch {
    await rm(temporary, { force: true });
  }
}
