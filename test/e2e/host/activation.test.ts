import assert from "node:assert/strict";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";
import type { Api } from "../../../src/extension.ts";
import { busyTime } from "./busyTime.ts";
import { report, reportBusy } from "./report.ts";

/** Milliseconds. */
const longestActivation = 60;

interface Contributions {
  readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
}

/** Of "Developer: Startup Performance": milliseconds to load the code, to call `activate`, and until that is done. */
async function activationTimes(): Promise<string> {
  await vscode.commands.executeCommand("perfview.show");
  for (let attempt = 0; attempt < 100; attempt++) {
    const lines = vscode.window.visibleTextEditors.flatMap(({ document }) => document.getText().split("\n"));
    const row = lines.find((line) => /^\| medley\.medley +\| (?:true|false)/.test(line));
    if (row !== undefined) return row.split("|").slice(3, 6).map(Number).join(" + ");
    await sleep(100);
  }
  throw new Error("VS Code does not say how long the activation took.");
}

describe("The extension", () => {
  const extension = vscode.extensions.getExtension<Api>("medley.medley");
  const contributed = (extension?.packageJSON as { contributes: Contributions }).contributes.commands;

  it(`activates with less than ${longestActivation} ms of work`, async () => {
    const dist = path.join(extension!.extensionPath, "dist");
    const busy = await busyTime(dist, async () => {
      const { ready } = await extension!.activate();
      assert.equal(extension!.isActive, true);
      // The features follow, one by one.
      await ready;
    });
    reportBusy("activation", busy);
    report(`VS Code counts ${await activationTimes()} ms by the clock to load, call and finish`);
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
    assert.ok(busy.longest < longestActivation);
  });

  it("registers every command that its manifest offers, and has a feature for each", async () => {
    const { ready } = await extension!.activate();
    await ready;
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.ok(contributed.length > 0);
    assert.deepEqual(
      contributed.filter(({ command }) => !registered.has(command)),
      [],
    );
  });

  it("offers its commands with their titles resolved, in one category", () => {
    for (const { title, category } of contributed) {
      assert.doesNotMatch(title, /%/);
      assert.equal(category, "Medley");
    }
  });
});
