import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FileError } from "../../../src/core/errors.ts";
import { fileSha256, fileSha256Anew } from "../../../src/node/files/fileHash.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

describe("fileSha256", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "medley-hash-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Hashes until the file is old enough to be remembered. @returns the path of what is remembered */
  async function remember(file: string, cache: string): Promise<string> {
    for (;;) {
      await fileSha256(file, cache);
      const [entry] = await readdir(cache).catch(() => []);
      if (entry !== undefined) return join(cache, entry);
      await sleep(50);
    }
  }

  /** Puts a wrong hash in the place of the remembered one, by which a test sees which of the two is given. */
  async function forge(entry: string, sha: string): Promise<string> {
    const forged = "0".repeat(64);
    await writeFile(entry, (await readFile(entry, "utf8")).replace(sha, forged));
    return forged;
  }

  it("remembers a hash until the file's identity changes", async () => {
    const [file, cache] = [join(folder, "a"), join(folder, "cache")];
    await writeFile(file, "one");
    const forged = await forge(await remember(file, cache), sha256("one"));
    assert.equal(await fileSha256(file, cache), forged);
    await utimes(file, 1, 1);
    assert.equal(await fileSha256(file, cache), sha256("one"));
  });

  it("notices another content of the same size and time of modification, in the same place on the disk", async () => {
    const [file, cache] = [join(folder, "a"), join(folder, "cache")];
    await writeFile(file, "one");
    await utimes(file, 1, 1);
    await remember(file, cache);
    const before = await stat(file, { bigint: true });
    await writeFile(file, "two");
    await utimes(file, 1, 1);
    const { size, mtimeNs, ino } = await stat(file, { bigint: true });
    assert.deepEqual([size, mtimeNs, ino], [before.size, before.mtimeNs, before.ino]);
    assert.equal(await fileSha256(file, cache), sha256("two"));
  });

  it("reads anew what is put on record, and remembers that", async () => {
    const [file, cache] = [join(folder, "a"), join(folder, "cache")];
    await writeFile(file, "one");
    const entry = await remember(file, cache);
    await forge(entry, sha256("one"));
    assert.equal(await fileSha256Anew(file, cache), sha256("one"));
    assert.equal(await fileSha256(file, cache), sha256("one"));
  });

  it("hashes again where the remembered entry is damaged", async () => {
    const [file, cache] = [join(folder, "a"), join(folder, "cache")];
    await writeFile(file, "one");
    await writeFile(await remember(file, cache), "{");
    assert.equal(await fileSha256(file, cache), sha256("one"));
  });

  it("says which file cannot be read", async () => {
    await assert.rejects(fileSha256(join(folder, "absent")), (error) => {
      assert.ok(error instanceof FileError);
      assert.equal(error.place?.file, join(folder, "absent"));
      return true;
    });
  });
});
