import assert from "node:assert/strict";
import { chmod, readFile, readlink, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FileError, RunError } from "../../../src/core/errors.ts";
import { evaluationCells } from "../../../src/core/notebook/evaluationCell.ts";
import { readNotebookFile, saveCellResult } from "../../../src/node/notebook/notebookFile.ts";
import { useTemporaryFolder } from "../runs/temporaryFolder.ts";

const cell = (shots: number) =>
  ["```mcqa", "benchmark: sample", "models: a.gguf", `shots: ${shots}`, "```", ""].join("\n");
const text = `# One\n\n${cell(0)}\nBetween\n\n${cell(3)}`;

describe("a notebook file", () => {
  const folder = useTemporaryFolder();
  const file = () => join(folder(), "s.mcqa.md");
  const cells = async () => evaluationCells(await readNotebookFile(file()));

  it("gets a result under its cell, and nothing else changes", async () => {
    await writeFile(file(), text);
    await saveCellResult(file(), (await cells())[0]!, ["run-1"], "| n |\n");
    const saved = await readFile(file(), "utf8");
    assert.match(
      saved,
      /shots: 0\n```\n\n<!-- medley:result runs=run-1 cell=[0-9a-f]{16} -->\n\n\| n \|\n\n<!-- \/medley:result -->/,
    );
    assert.equal(saved.replace(/\n<!-- medley:result[^]*?\/medley:result -->\n/, ""), text);
    await saveCellResult(file(), (await cells())[0]!, ["run-1"], "| n |\n");
    assert.equal(await readFile(file(), "utf8"), saved);
  });

  it("keeps what was edited elsewhere while the cell was evaluated, and follows a cell that moved", async () => {
    await writeFile(file(), text);
    const [, second] = await cells();
    await writeFile(file(), `# New heading\n\n${cell(5)}\n${text}`);
    await saveCellResult(file(), second!, ["run-2"], "| n |");
    const saved = await readFile(file(), "utf8");
    assert.ok(saved.startsWith("# New heading"));
    assert.match(saved, /shots: 3\n```\n\n<!-- medley:result runs=run-2/);
    assert.equal(saved.match(/medley:result runs/g)?.length, 1);
  });

  it("gets no result under a cell that was changed meanwhile, and the error says where it is", async () => {
    await writeFile(file(), text);
    const [first] = await cells();
    const edited = text.replace("shots: 0", "shots: 1");
    await writeFile(file(), edited);
    await assert.rejects(saveCellResult(file(), first!, ["run-1"], "| n |"), (error) => {
      assert.ok(error instanceof RunError);
      assert.deepEqual(error.remedy, { action: "reportRuns", folders: ["run-1"] });
      return true;
    });
    assert.equal(await readFile(file(), "utf8"), edited);
  });

  it("writes under the cell of the same number where several have the same text", async () => {
    await writeFile(file(), `${cell(0)}\n${cell(0)}`);
    await saveCellResult(file(), (await cells())[1]!, ["run-1"], "| n |");
    assert.match(await readFile(file(), "utf8"), /^```mcqa[^]*?```\n\n```mcqa[^]*?```\n\n<!-- medley:result/);
  });

  it("keeps its permissions, and stays a link if it is one", async function () {
    if (process.platform === "win32") this.skip();
    const real = join(folder(), "real.md");
    await writeFile(real, text);
    await chmod(real, 0o600);
    await symlink(real, file());
    await saveCellResult(file(), (await cells())[0]!, ["run-1"], "| n |");
    assert.equal((await stat(real)).mode & 0o777, 0o600);
    assert.equal(await readlink(file()), real);
    assert.match(await readFile(real, "utf8"), /medley:result/);
  });

  it("is refused when it is not UTF-8, and stays as it is", async () => {
    const bytes = Buffer.concat([Buffer.from(text), Buffer.from([0xff, 0xfe])]);
    await writeFile(file(), bytes);
    await assert.rejects(readNotebookFile(file()), FileError);
    await assert.rejects(readNotebookFile(join(folder(), "absent.mcqa.md")), FileError);
  });
});
