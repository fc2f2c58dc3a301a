import assert from "node:assert/strict";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";
import type { Api } from "../../src/extension.ts";
import { busyTime } from "./busyTime.ts";
import { report, reportBusy } from "./report.ts";

/** What the whole activation may take, in times of what plain Node takes to load the same modules. */
const mostWork = 3;
/** And the longest of its steps, of which there are about twenty. */
const longestStep = 0.5;

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

describe("Activation", () => {
  it(`takes ${mostWork} times as long as loading its modules at most, and no step more than ${longestStep} times`, async () => {
    const extension = vscode.extensions.getExtension<Api>("medley.medley")!;
    const busy = await busyTime(path.join(extension.extensionPath, "dist"), async () => {
      const { ready } = await extension.activate();
      // The features follow, one by one.
      await ready;
    });
    const loading = Number(process.env["MEDLEY_BENCH_LOADING"]);
    reportBusy("activation", busy);
    report(`${busy.total.toFixed(1)} ms in all; plain Node loads the same modules in ${loading.toFixed(1)} ms`);
    report(
      `all: ${(busy.total / loading).toFixed(2)} times that; longest step: ${(busy.longest / loading).toFixed(2)}`,
    );
    report(`VS Code counts ${await activationTimes()} ms by the clock to load, call and finish`);
    assert.ok(busy.total < mostWork * loading);
    assert.ok(busy.longest < longestStep * loading);
  });
});
