import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findModels } from "../../../src/node/models/findModels.ts";
import { useTemporaryFolder } from "../runs/temporaryFolder.ts";

describe("findModels", () => {
  const folder = useTemporaryFolder();

  it("finds GGUF files at any depth, through links to files but not to folders", async () => {
    await mkdir(join(folder(), "a/b"), { recursive: true });
    await mkdir(join(folder(), ".hidden"));
    await mkdir(join(folder(), "folder.gguf"));
    for (const name of ["a/b/x.gguf", "y.GGUF", "z.bin", ".hidden/h.gguf"]) await writeFile(join(folder(), name), "");
    await symlink(join(folder(), "z.bin"), join(folder(), "a/link.gguf"));
    await symlink(join(folder(), "missing"), join(folder(), "a/dangling.gguf"));
    await symlink(folder(), join(folder(), "a/loop"));
    const names = (await findModels(folder())).map((path) => path.slice(folder().length + 1));
    assert.deepEqual(names, ["a/b/x.gguf", "a/dangling.gguf", "a/link.gguf", "y.GGUF"]);
    await assert.rejects(findModels(join(folder(), "absent")), { code: "file.unusable" });
  });
});
