import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";

describe("Medley: Open Sample", () => {
  const target = (): string => path.join(vscode.workspace.workspaceFolders![0]!.uri.fsPath, "medley-sample");

  it("copies the sample with its model into the folder, opens its notebook, and keeps what was changed", async () => {
    await vscode.commands.executeCommand("medley.openSample");
    const file = path.join(target(), "sample.mcqa.md");
    assert.equal(vscode.window.activeNotebookEditor?.notebook.uri.fsPath, file);
    assert.ok((await readFile(path.join(target(), "models/stories260k.f32.gguf"))).length > 100_000);

    const changed = `${await readFile(file, "utf8")}\nMine.\n`;
    await writeFile(file, changed);
    await vscode.commands.executeCommand("medley.openSample");
    assert.equal(await readFile(file, "utf8"), changed);
  });
});
