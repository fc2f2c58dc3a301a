import assert from "node:assert/strict";
import { bioMistral } from "../../../src/core/evaluation/protocols/bioMistral.ts";
import { lmEval } from "../../../src/core/evaluation/protocols/lmEval.ts";
import { calibrationTable } from "../../../src/core/reports/calibrationTable.ts";
import { htmlReport } from "../../../src/core/reports/htmlReport.ts";
import { renderTable } from "../../../src/core/reports/table.ts";
import { aurocInterval } from "../../../src/core/statistics/auroc.ts";
import { continuationsRecord, nextTokenRecord, reportedRun } from "./reportedRuns.ts";

describe("calibrationTable", () => {
  it("shows accuracy, confidence, calibration errors and the AUROC with its interval", () => {
    const records = [continuationsRecord("x", "1", 0, 0), continuationsRecord("x", "2", 1, 0)];
    const run = reportedRun("r", "m.gguf", lmEval, records);
    const confidence = Math.exp(2) / (Math.exp(2) + 3);
    // Both items have the same confidence, one is right: one bin, and half an AUROC.
    const error = (confidence - 0.5).toFixed(3);
    const { low, high } = aurocInterval(0.5, 1, 1);
    assert.deepEqual(renderTable({ ...calibrationTable([run])!, notes: [] }, "csv").split("\n"), [
      "model,benchmark,n,accuracy,mean confidence,ECE,ECE (equal mass),MCE,AUROC,95 % interval of AUROC",
      `m.gguf,x,2,0.500,${confidence.toFixed(3)},${error},${error},${error},0.500,${low.toFixed(3)} to ${high.toFixed(3)}`,
      "",
    ]);
    assert.match(htmlReport({ report: { v: 1, runs: [run] }, comparison: null, charts: [] }), /<h2>Calibration<\/h2>/);
  });

  it("has a row for each draw, and no AUROC where all answers are right", () => {
    const records = [0, 1].map((draw) => nextTokenRecord("x", "1", "A", 0, 0, { draw }));
    const { columns, rows } = calibrationTable([reportedRun("r", "m", bioMistral, records)])!;
    const draw = columns.findIndex(({ id }) => id === "draw");
    assert.deepEqual(
      rows.map((row) => row[draw]),
      [0, 1].map((value) => ({ text: String(value), value, plain: String(value) })),
    );
    assert.deepEqual(rows[0]!.at(-2), { text: "–", value: null, plain: "" });
  });

  it("is absent where no answer has a probability", () => {
    const run = reportedRun("r", "m", lmEval, [continuationsRecord("x", "1", 0, 0)]);
    const benchmarks = run.summary.benchmarks.map((of) => ({
      ...of,
      draws: of.draws.map((draw) => ({ ...draw, calibration: null })),
    }));
    const without = { ...run, summary: { ...run.summary, benchmarks } };
    assert.equal(calibrationTable([without]), undefined);
    assert.doesNotMatch(htmlReport({ report: { v: 1, runs: [without] }, comparison: null, charts: [] }), /Calibration/);
  });
});
