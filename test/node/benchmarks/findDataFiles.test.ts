import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError } from "../../../src/core/errors.ts";
import { findDataFiles } from "../../../src/node/benchmarks/findDataFiles.ts";

describe("Search for data files", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "medley-search-"));
    for (const name of ["b/c", ".hidden", "node_modules"]) mkdirSync(join(folder, name), { recursive: true });
    for (const name of ["a.json", "b/c/d.JSONL", "b/e.csv", "b/model.gguf", ".hidden/x.json", "node_modules/y.json"]) {
      writeFileSync(join(folder, name), "12345");
    }
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const names = (files: readonly { path: string }[]) =>
    files.map(({ path }) => path.slice(folder.length + 1).replaceAll("\\", "/"));

  it("finds JSON and CSV files below the folder, with their sizes", async () => {
    const { files, warnings } = await findDataFiles(folder);
    assert.deepEqual(names(files), ["a.json", "b/c/d.JSONL", "b/e.csv"]);
    assert.deepEqual(
      files.map(({ bytes }) => bytes),
      [5, 5, 5],
    );
    assert.deepEqual(warnings, []);
  });

  it("takes a file for itself", async () => {
    assert.equal((await findDataFiles(join(folder, "a.json"))).files.length, 1);
  });

  it("follows links once, in loops too, and ignores dangling ones", async function () {
    if (process.platform === "win32") this.skip();
    symlinkSync(folder, join(folder, "b", "loop"));
    symlinkSync(join(folder, "a.json"), join(folder, "b", "linked.json"));
    symlinkSync(join(folder, "nowhere.json"), join(folder, "b", "dangling.json"));
    assert.deepEqual(names((await findDataFiles(folder)).files), ["a.json", "b/c/d.JSONL", "b/e.csv", "b/linked.json"]);
  });

  it("says what it left out at its limits", async () => {
    const shallow = await findDataFiles(folder, { depth: 1, entries: 100 });
    assert.deepEqual(names(shallow.files), ["a.json", "b/e.csv"]);
    assert.match(shallow.warnings[0]!, /more than 1 folders deep/);
    const few = await findDataFiles(folder, { depth: 9, entries: 3 });
    assert.equal(few.warnings.length, 1);
    assert.match(few.warnings[0]!, /stopped after 3 files/);
  });

  it("refuses a folder that does not exist", async () => {
    await assert.rejects(findDataFiles(join(folder, "absent")), FileError);
  });
});
