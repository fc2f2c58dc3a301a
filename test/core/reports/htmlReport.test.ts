import assert from "node:assert/strict";
import fc from "fast-check";
import { lmEval } from "../../../src/core/evaluation/protocols/lmEval.ts";
import { escapeHtml, htmlReport } from "../../../src/core/reports/htmlReport.ts";
import { numberColumn, textColumn, type Table } from "../../../src/core/reports/table.ts";
import { continuationsRecord, reportedRun } from "./reportedRuns.ts";

const records = [continuationsRecord("medqa-4", "q1", 0, 0), continuationsRecord("medqa-4", "q2", 1, 0)];
const table: Table = { columns: [numberColumn("t")], rows: [["1"]] };

describe("HTML report", () => {
  it("has the results, the comparison's place, the charts and what a run can be repeated with", () => {
    const run = reportedRun("run-1", "m.gguf", lmEval, records);
    const charts = [{ title: "Forest", svg: "<svg id='x'></svg>", table }];
    const html = htmlReport({ report: { v: 1, runs: [run] }, comparison: null, charts });
    for (const text of [
      "medqa-4",
      "0.500",
      "lm-eval, version",
      "1234",
      "medley 1.2.3",
      "<svg id='x'></svg>",
      run.manifest.fingerprint,
    ])
      assert.ok(html.includes(text), text);
    assert.ok(!html.includes("/models/"), "no paths");
  });

  it("lets nothing be loaded or run, whatever the names are", () => {
    const hostile = `"><script>alert(1)</script><img src=x onerror='1'>`;
    const run = reportedRun(hostile, hostile, lmEval, [
      continuationsRecord(hostile, hostile, 0, 0, { subject: hostile }),
    ]);
    const manifest = { ...run.manifest, seed: undefined, versions: { [hostile]: hostile }, state: "failed" as const };
    const items: Table = {
      caption: hostile,
      columns: [textColumn(hostile)],
      rows: [[hostile]],
      notes: [hostile],
    };
    const report = { v: 1 as const, runs: [{ ...run, manifest, partial: hostile }] };
    const html = htmlReport({ report, comparison: null, charts: [{ title: hostile, svg: "", table: items }] });
    assert.doesNotMatch(html, /<script|<img|src=x[^&]*>|https?:/);
    assert.match(html, /Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'/);
  });

  it("escapes every text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        assert.doesNotMatch(escapeHtml(text), /[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
      }),
      { seed: 5 },
    );
  });
});
