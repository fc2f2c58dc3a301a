import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findModels } from "../../../../src/node/backends/llamaCpp/findModels.ts";
import { useTemporaryFolder } from "../../runs/temporaryFolder.ts";

describe("findModels", () => {
  const folder = useTemporaryFolder();

  it("finds GGUF files at any depth, through links to files", async () => {
    await mkdir(join(folder(), "a/b"), { recursive: true });
    await mkdir(join(folder(), ".hidden"));
    await mkdir(join(folder(), "folder.gguf"));
    for (const name of ["a/b/x.gguf", "y.GGUF", "z.bin", ".hidden/h.gguf"]) await writeFile(join(folder(), name), "");
    await symlink(join(folder(), "z.bin"), join(folder(), "a/link.gguf"));
    await symlink(join(folder(), "missing"), join(folder(), "a/dangling.gguf"));
    await symlink(folder(), join(folder(), "a/loop"));
    const names = (await findModels(folder())).paths.map((path) => path.slice(folder().length + 1));
    assert.deepEqual(names, ["a/b/x.gguf", "a/dangling.gguf", "a/link.gguf", "y.GGUF"]);
    await assert.rejects(findModels(join(folder(), "absent")), { code: "file.unusable" });
  });

  it("follows links to folders, each folder once and by its own path, however they loop", async () => {
    await mkdir(join(folder(), "root/real/deep"), { recursive: true });
    await mkdir(join(folder(), "elsewhere"));
    for (const name of ["root/real/deep/x.gguf", "elsewhere/y.gguf"]) await writeFile(join(folder(), name), "");
    for (const [target, link] of [
      ["root/real/deep", "root/a-link"],
      ["root", "root/real/loop"],
      ["elsewhere", "root/disk"],
      ["elsewhere", "root/again"],
      ["root/disk", "elsewhere/back"],
    ] as const) {
      await symlink(join(folder(), target), join(folder(), link));
    }
    const { paths, problems } = await findModels(join(folder(), "root"));
    assert.deepEqual(paths.map(nameOf), ["root/again/y.gguf", "root/real/deep/x.gguf"]);
    assert.deepEqual(problems, []);
  });

  it("leaves out what packages brought", async () => {
    await mkdir(join(folder(), "node_modules/tool"), { recursive: true });
    await writeFile(join(folder(), "node_modules/tool/x.gguf"), "");
    assert.deepEqual(await findModels(folder()), { paths: [], problems: [] });
  });

  it("goes so far and no further, and says so", async () => {
    await mkdir(join(folder(), "a/b/c"), { recursive: true });
    for (const name of ["near.gguf", "a/b/b.gguf", "a/b/c/far.gguf"]) await writeFile(join(folder(), name), "");
    const shallow = await findModels(folder(), { depth: 2, entries: 100 });
    assert.deepEqual(shallow.paths.map(nameOf), ["a/b/b.gguf", "near.gguf"]);
    assert.match(shallow.problems.join(), /more than 2 levels below/);
    const few = await findModels(folder(), { depth: 9, entries: 1 });
    assert.deepEqual(few.paths.map(nameOf), ["near.gguf"]);
    assert.match(few.problems.join(), /ended after 1 entries/);
  });

  const nameOf = (path: string): string => path.slice(folder().length + 1);
});
