import assert from "node:assert/strict";
import { appendFile, copyFile, readFile } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import { holdRun } from "../../support/holdRun.ts";
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

describe("Evaluation notebooks", () => {
  before(prepareModel);

  it("are saved byte for byte when nobody edited them", async () => {
    const text =
      "\uFEFF---\r\ntitle: x\r\n---\r\n# Aim\r\n\r\nسؤال\r\n\r\n```mcqa\r\nbenchmark: sample\r\n```\r\n\n~~~py\n1\n~~~";
    const document = await openText("untouched.mcqa.md", text);
    assert.equal(document.cellCount, 3);
    // An edit and its undoing make the document dirty without changing it.
    const cell = codeCell(document);
    const edit = new vscode.WorkspaceEdit();
    edit.set(document.uri, [vscode.NotebookEdit.updateCellMetadata(cell.index, { ...cell.metadata, touched: true })]);
    await vscode.workspace.applyEdit(edit);
    assert.equal(await document.save(), true);
    assert.equal(await readFile(document.uri.fsPath, "utf8"), text);
  });

  it("run a cell to a result, and save it under the cell", async () => {
    const document = await open("run.mcqa.md", "benchmark: sample-medqa-4\nmodels: models/tiny.gguf\nlimit: 5\n");
    const cell = codeCell(document);
    await execute(cell);
    assert.equal(cell.executionSummary?.success, true, outputOf(cell));
    assert.match(outputOf(cell), /\| *sample-medqa-4 *\|.* 0\.\d{3} to 0\.\d{3} \|/);
    assert.equal(await document.save(), true);
    const saved = await readFile(document.uri.fsPath, "utf8");
    const runs = await runFolders();
    assert.match(
      saved,
      new RegExp(`^# Study\\n\\n\`\`\`mcqa\\nbenchmark[^]*\`\`\`\\n\\n<!-- medley:result runs=${runs[0]} `),
    );
    assert.equal(await rowsOf(runs[0]!), 5);
  });

  it("stop before their work is done, keep what was computed, and go on from there", async () => {
    const before = await runFolders();
    const document = await open("stop.mcqa.md", "benchmark: sample\nmodels: models/tiny.gguf\nshots: 3\n");
    const cell = codeCell(document);
    const execution = execute(cell);
    const run = await newRun(before);
    const { release } = await holdRun(path.join(workspace(), "runs", run));
    await until("progress with an accuracy", () => /\d+\/\d+ items.*accuracy so far \d/.test(outputOf(cell)));
    await cancel(cell);
    release();
    await execution;
    assert.match(outputOf(cell), /run the cell again to go on/);
    const [, ...others] = (await runFolders()).filter((name) => !before.includes(name));
    assert.deepEqual(others, []);
    const kept = await rowsOf(run);
    assert.ok(kept > 0 && kept < 120, `${kept} rows`);
    await execute(cell);
    assert.equal(cell.executionSummary?.success, true, outputOf(cell));
    assert.equal(await rowsOf(run), 120);
    assert.equal((await runFolders()).length, before.length + 1);
  });

  it("show what is wrong with a cell as its error, with the next step", async () => {
    const document = await open("wrong.mcqa.md", "benchmark: sample\nmodels: models/absent.gguf\n");
    const cell = codeCell(document);
    await execute(cell);
    assert.equal(cell.executionSummary?.success, false);
    assert.match(outputOf(cell), /absent\.gguf/);
    const misspelt = codeCell(await open("misspelt.mcqa.md", "benchmark: sample\nmodel: models/tiny.gguf\n"));
    await execute(misspelt);
    assert.match(outputOf(misspelt), /Did you mean models\?/);
  });

  it("name a setting that is wrong, and put nothing else in its place", async () => {
    const cell = codeCell(await open("settings.mcqa.md", "benchmark: sample\nmodels: models/tiny.gguf\nlimit: 1\n"));
    const settings = vscode.workspace.getConfiguration("medley");
    for (const [name, value, problem] of [
      ["threads", 0, /The setting medley\.threads is wrong: Must be more than 0\./],
      ["gpu", "cudo", /The setting medley\.gpu is wrong: [^]*cuda/],
      ["dataMirror", "mirror.example.org", /The setting medley\.dataMirror is wrong: It is no http or https address\./],
    ] as const) {
      await settings.update(name, value, vscode.ConfigurationTarget.Workspace);
      try {
        await execute(cell);
      } finally {
        await settings.update(name, undefined, vscode.ConfigurationTarget.Workspace);
      }
      assert.equal(cell.executionSummary?.success, false);
      assert.match(outputOf(cell), problem);
    }
  });

  it("compare several models, one run each", async () => {
    await copyFile(path.join(workspace(), "models/tiny.gguf"), path.join(workspace(), "models/other.gguf"));
    // Another file, hence another model, with the same weights: padding at the end is allowed.
    await appendFile(path.join(workspace(), "models/other.gguf"), Buffer.alloc(32));
    const document = await open(
      "several.mcqa.md",
      "benchmark: sample-medqa-4\nmodels: [models/tiny.gguf, models/other.gguf]\nlimit: 5\n",
    );
    const cell = codeCell(document);
    await execute(cell);
    assert.equal(cell.executionSummary?.success, true, outputOf(cell));
    assert.match(outputOf(cell), /tiny\.gguf/);
    assert.match(outputOf(cell), /other\.gguf[^]*Comparison/);
  });

  it("ask several models questions of the cell itself beside a group, in the protocol and with the charts that it names", async () => {
    const document = await open(
      "matrix.mcqa.md",
      [
        "questions:",
        "  - question: Which vitamin prevents scurvy?",
        "    options: [Vitamin A, Vitamin C]",
        "    answer: Vitamin C",
        "benchmark: [sample-medqa-4, sample-pubmedqa]",
        "models: [models/tiny.gguf, models/other.gguf]",
        "protocol: biomistral",
        "shots: 0",
        "limit: 1",
        "compare: none",
        "plots: [forest]\n",
      ].join("\n"),
    );
    const cell = codeCell(document);
    await execute(cell);
    assert.equal(cell.executionSummary?.success, true, outputOf(cell));
    const [page, table] = cell.outputs[0]!.items.map(({ data }) => new TextDecoder().decode(data));
    const { runs, compare, plots } = JSON.parse(page!) as { runs: string[]; compare?: boolean; plots?: string[] };
    assert.deepEqual([runs.length, compare, plots], [2, false, ["forest"]]);
    for (const model of ["tiny", "other"])
      for (const benchmark of ["inline", "sample-medqa-4", "sample-pubmedqa"])
        assert.match(table!, new RegExp(`\\| *${model}\\.gguf *\\| *${benchmark} `));
    assert.doesNotMatch(table!, /Comparison/);
  });

  it("show a saved result when opened, and say when the cell has changed since", async () => {
    const document = await openText(
      "stale.mcqa.md",
      "```mcqa\nbenchmark: sample\n```\n\n<!-- medley:result runs=gone cell=0123456789abcdef -->\n\n| n |\n|--:|\n| 7 |\n\n<!-- /medley:result -->\n",
    );
    assert.match(outputOf(codeCell(document)), /earlier version of the cell[^]*\| 7 \|/);
  });

  it("complete, explain and check what is written in a cell", async () => {
    const document = await open("language.mcqa.md", "benchmark: [sample, medqa-\nmodels: models/tiny.gguff\n");
    const { uri } = codeCell(document).document;
    const at = (line: number, column: number): vscode.Position => new vscode.Position(line, column);
    const labels = async (position: vscode.Position): Promise<string[]> => {
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        "vscode.executeCompletionItemProvider",
        uri,
        position,
      );
      return list.items.map(({ label }) => (typeof label === "string" ? label : label.label));
    };
    assert.ok((await labels(at(0, 26))).includes("medqa-4"));
    assert.ok((await labels(at(1, 8))).includes("models/tiny.gguf"));
    const edit = new vscode.WorkspaceEdit();
    edit.replace(uri, new vscode.Range(0, 0, 2, 0), "benchmark: sample\nmodels: models/tiny.guf\nlimt: 3\ngpu: auto");
    await vscode.workspace.applyEdit(edit);
    assert.ok((await labels(at(3, 0))).includes("kvCacheType"));
    const problems = await until("two problems", () => {
      const found = vscode.languages.getDiagnostics(uri);
      return found.length === 2 && found;
    });
    assert.deepEqual(
      problems.map(({ range, message }) => [range.start.line, message]),
      [
        [1, "There is no file models/tiny.guf. Did you mean models/tiny.gguf?"],
        [2, 'Unknown key "limt". Did you mean limit?'],
      ],
    );
    const fixes = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      uri,
      problems[1]!.range,
    );
    assert.deepEqual(
      fixes.map(({ title }) => title),
      ["Change to limit"],
    );
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>("vscode.executeHoverProvider", uri, at(0, 13));
    assert.match((hovers[0]!.contents[0] as vscode.MarkdownString).value, /Bundled sample[^]*licence/);
  });

  it("show the prompt of the first item", async () => {
    const document = await open("prompt.mcqa.md", "benchmark: sample-medqa-4\nmodels: models/tiny.gguf\n");
    await vscode.commands.executeCommand("medley.showCellPrompt", codeCell(document));
    const labels = (): string[] => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).map(({ label }) => label);
    await until("a tab with the prompt", () => labels().some((label) => label.includes("Prompt of medqa-test-0")));
    const uri = vscode.Uri.from({ scheme: "medley", path: "/Prompt of medqa-test-0.md" });
    const shown = await vscode.workspace.openTextDocument(uri);
    assert.match(shown.getText(), /^# sample-medqa-4, item medqa-test-0[^]*Answer:\n/);
  });
});
