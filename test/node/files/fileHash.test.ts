import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError } from "../../../src/core/errors.ts";
import { fileSha256 } from "../../../src/node/files/fileHash.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

describe("fileSha256", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "medley-hash-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("remembers a hash until the file's identity changes", async () => {
    const file = join(folder, "a");
    const cache = join(folder, "cache");
    await writeFile(file, "one");
    assert.equal(await fileSha256(file, cache), sha256("one"));
    const [entry] = await readdir(cache);

    // The remembered hash is used: a forged one comes back.
    const forged = "0".repeat(64);
    const content = await readFile(join(cache, entry!), "utf8");
    await writeFile(join(cache, entry!), content.replace(sha256("one"), forged));
    assert.equal(await fileSha256(file, cache), forged);

    await utimes(file, 1, 1);
    assert.equal(await fileSha256(file, cache), sha256("one"));
  });

  it("hashes again where the remembered entry is damaged", async () => {
    const file = join(folder, "a");
    const cache = join(folder, "cache");
    await writeFile(file, "one");
    await fileSha256(file, cache);
    const [entry] = await readdir(cache);
    await writeFile(join(cache, entry!), "{");
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
