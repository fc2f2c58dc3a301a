import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import { holdRun, type HeldRun } from "../../support/holdRun.ts";
import { until } from "../../support/until.ts";
import {
  cancel,
  codeCell,
  execute,
  newRun,
  open,
  openText,
  outputOf,
  prepareModel,
  rowsOf,
  runFolders,
  workspace,
} from "./notebooks.ts";

const all = 70;

/**
 * Enough work to be interrupted in.
 * @param copy of the model: the same weights, hence the same numbers, with so much padding that it has runs of its own
 */
async function study(copy: number): Promise<string> {
  const model = await readFile(path.join(workspace(), "models/tiny.gguf"));
  await writeFile(path.join(workspace(), `models/copy${copy}.gguf`), Buffer.concat([model, Buffer.alloc(32 * copy)]));
  return `benchmark: sample\nmodels: models/copy${copy}.gguf\nshots: 1\nlimit: 12\nthreads: 1\n`;
}

/** Runs a cell, and holds its run after the first rows. */
async function begin(
  name: string,
  copy: number,
): Promise<HeldRun & { cell: vscode.NotebookCell; execution: Promise<void>; run: string }> {
  const before = await runFolders();
  const cell = codeCell(await open(name, await study(copy)));
  const execution = execute(cell);
  const run = await newRun(before);
  return { cell, execution, run, ...(await holdAfterRows(run)) };
}

function holdAfterRows(run: string): Promise<HeldRun> {
  return holdRun(path.join(workspace(), "runs", run), async () => (await rowsOf(run)) > 5);
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Accuracies and intervals of the result of a cell, without names and speed. */
function numbersOf(cell: vscode.NotebookCell): string[] {
  return outputOf(cell).match(/0\.\d{3}/g) ?? [];
}

describe("Evaluation notebooks, when something goes wrong", () => {
  let expected: string[];

  before(async () => {
    await prepareModel();
    const cell = codeCell(await open("reference.mcqa.md", await study(1)));
    await execute(cell);
    expected = numbersOf(cell);
    assert.ok(expected.length > 0, outputOf(cell));
  });

  it("go on when the model host is killed, say so meanwhile, and give the same result", async () => {
    const { cell, execution, pid, release } = await begin("killed-host.mcqa.md", 2);
    const [host] = childrenOf(pid);
    process.kill(host!, "SIGKILL");
    release();
    await until("the restart in the cell", () =>
      /model host ended \(it was ended by SIGKILL\); it is started again in \d+ ms\\?\. Asked again: /.test(
        outputOf(cell),
      ),
    );
    await execution;
    assert.equal(cell.executionSummary?.success, true, outputOf(cell));
    assert.deepEqual(numbersOf(cell), expected);
  });

  it("end with an error when the model host is killed over and over, keep what was computed, and go on later", async () => {
    const { cell, execution, run, pid, release } = await begin("killed-hosts.mcqa.md", 3);
    const killing = setInterval(() => childrenOf(pid).forEach((child) => process.kill(child, "SIGKILL")), 10);
    release();
    try {
      await execution;
    } finally {
      clearInterval(killing);
    }
    assert.equal(cell.executionSummary?.success, false);
    assert.match(outputOf(cell), /model host ended 3 times while loading the model[^]*memory may not suffice/);
    assert.match(outputOf(cell), /run the cell again to go on/);
    const kept = await rowsOf(run);
    assert.ok(kept > 5 && kept < all, `${kept} rows`);
    await execute(cell);
    assert.equal(cell.executionSummary?.success, true, outputOf(cell));
    assert.deepEqual(numbersOf(cell), expected);
    assert.equal(await rowsOf(run), all);
  });

  it("end with an error when the process of the run is killed, and go on later", async () => {
    const { cell, execution, run, pid } = await begin("killed-run.mcqa.md", 4);
    process.kill(pid, "SIGKILL");
    await execution;
    assert.equal(cell.executionSummary?.success, false);
    assert.match(outputOf(cell), /process of the run ended before its work was done[^]*memory runs out/);
    assert.match(outputOf(cell), /run the cell again to go on/);
    await execute(cell);
    assert.equal(cell.executionSummary?.success, true, outputOf(cell));
    assert.deepEqual(numbersOf(cell), expected);
    assert.equal(await rowsOf(run), all);
  });

  it("evaluate the other models when one cannot be loaded, and go on with it later", async () => {
    const before = await runFolders();
    // A model whose header is right, and whose tensors llama.cpp refuses to find.
    const broken = path.join(workspace(), "models/broken.gguf");
    await vscode.workspace.fs.writeFile(vscode.Uri.file(broken), await brokenModel());
    const cell = codeCell(
      await open("broken.mcqa.md", "benchmark: sample\nmodels: [models/broken.gguf, models/tiny.gguf]\nlimit: 3\n"),
    );
    await execute(cell);
    assert.equal(cell.executionSummary?.success, false);
    assert.match(outputOf(cell), /broken\.gguf/);
    const runs = (await runFolders()).filter((name) => !before.includes(name));
    assert.deepEqual((await Promise.all(runs.map(rowsOf))).sort(), [0, 18]);
  });

  it("run all cells in order, one after the other, past one with an error", async () => {
    const cellText = (text: string): string => `\`\`\`mcqa\n${text}\`\`\`\n\n`;
    const text = [
      "benchmark: sample\nmodels: models/tiny.gguf\nlimit: 2\n",
      "benchmark: sampel\nmodels: models/tiny.gguf\n",
      "benchmark: sample\nmodels: models/tiny.gguf\nlimit: 3\n",
    ].map(cellText);
    const document = await openText("all.mcqa.md", text.join(""));
    await vscode.commands.executeCommand("notebook.execute", document.uri);
    const cells = document.getCells().filter(({ kind }) => kind === vscode.NotebookCellKind.Code);
    await until("the last cell", () => cells[2]!.executionSummary?.timing !== undefined);
    assert.deepEqual(
      cells.map(({ executionSummary }) => executionSummary?.success),
      [true, false, true],
    );
    const orders = cells.map(({ executionSummary }) => executionSummary!.executionOrder!);
    assert.deepEqual(orders, [orders[0], orders[0]! + 1, orders[0]! + 2]);
    const [first, second, third] = cells.map(({ executionSummary }) => executionSummary!.timing!);
    assert.ok(first!.endTime <= second!.startTime && second!.endTime <= third!.startTime);
    assert.match(outputOf(cells[1]!), /Did you mean sample/);
  });

  it("let a cell of another notebook wait, which can be stopped while it waits", async () => {
    const before = await runFolders();
    const first = codeCell(await open("first.mcqa.md", await study(5)));
    const second = codeCell(await open("second.mcqa.md", await study(6)));
    const third = codeCell(await open("third.mcqa.md", await study(7)));
    const execution = execute(first);
    const run = await newRun(before);
    const waiting = vscode.commands.executeCommand("notebook.cell.execute", {
      ranges: [{ start: second.index, end: second.index + 1 }],
      document: second.notebook.uri,
    });
    const last = execute(third);
    const { release } = await holdAfterRows(run);
    assert.equal((await runFolders()).length, before.length + 1, "two run at a time");
    await cancel(second);
    await waiting;
    assert.ok((await rowsOf(run)) < all, "it was stopped only when its turn came");
    release();
    assert.equal(second.executionSummary?.timing, undefined);
    await execution;
    assert.equal(first.executionSummary?.success, true, outputOf(first));
    await last;
    assert.equal(third.executionSummary?.success, true, outputOf(third));
    const [a, b] = [first, third].map(({ executionSummary }) => executionSummary!.timing!);
    assert.ok(a!.endTime <= b!.startTime);
    assert.equal((await runFolders()).length, before.length + 2);
  });

  it("give a finished result at once, and run again from the start when asked to", async () => {
    const cell = codeCell(await open("again.mcqa.md", "benchmark: sample\nmodels: models/tiny.gguf\nlimit: 4\n"));
    await execute(cell);
    const before = await runFolders();
    await execute(cell);
    assert.deepEqual(await runFolders(), before);
    await vscode.commands.executeCommand("medley.runCellFromStart", cell);
    assert.equal((await runFolders()).length, before.length + 1);
    assert.equal(cell.executionSummary?.success, true, outputOf(cell));
    assert.ok(outputOf(cell).includes((await runFolders()).at(-1)!), "the result is not that of the new run");
  });
});

/** The sample model with the name of a tensor changed. */
async function brokenModel(): Promise<Uint8Array> {
  const bytes = await readFile(path.join(workspace(), "models/tiny.gguf"));
  const at = bytes.indexOf("output_norm.weight");
  assert.ok(at > 0);
  bytes.write("output_nxrm.weight", at);
  return bytes;
}
