import assert from "node:assert/strict";
import path from "node:path";
import * as vscode from "vscode";
import { codeCell, execute, open, outputOf, prepareModel } from "../../test/e2e/host/notebooks.ts";
import { busyTime } from "./busyTime.ts";
import { report, reportBusy } from "./report.ts";

/** How long the extension host may be blocked at a time, in times of what plain Node takes to load Medley's modules. */
const longestBlock = 1;

const dist = path.join(vscode.extensions.getExtension("medley.medley")!.extensionPath, "dist");

describe("While a cell runs", () => {
  before(prepareModel);

  it(`the extension host is blocked for ${longestBlock} times as long as loading Medley takes at most`, async () => {
    const loading = Number(process.env["MEDLEY_BENCH_LOADING"]);
    // The least of three counts, since a busy machine holds up more than the profiler can tell.
    let least = Infinity;
    for (let shots = 2; shots >= 0; shots--) {
      const cell = `benchmark: sample\nmodels: models/tiny.gguf\nshots: ${shots}\n`;
      const document = await open(`blocked-shots${shots}.mcqa.md`, cell);
      const busy = await busyTime(dist, async () => {
        await execute(codeCell(document));
        await document.save();
      });
      assert.equal(codeCell(document).executionSummary?.success, true, outputOf(codeCell(document)));
      reportBusy("an evaluation", busy);
      least = Math.min(least, busy.longest);
    }
    report(`${(least / loading).toFixed(2)} times`);
    assert.ok(least < longestBlock * loading);
  });
});
