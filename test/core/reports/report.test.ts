import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import { bioMistral } from "../../../src/core/evaluation/protocols/bioMistral.ts";
import { lmEval } from "../../../src/core/evaluation/protocols/lmEval.ts";
import { textOf } from "../../../src/core/reports/cells.ts";
import { cellResultMarkdown } from "../../../src/core/reports/cellResult.ts";
import { citeRun } from "../../../src/core/reports/citation.ts";
import { comparedAnswer } from "../../../src/core/reports/comparedRun.ts";
import { compareRuns } from "../../../src/core/reports/compareRuns.ts";
import { htmlReport } from "../../../src/core/reports/htmlReport.ts";
import { lmEvalResults } from "../../../src/core/reports/lmEvalJson.ts";
import { labelRuns, reportSchema, reportTable } from "../../../src/core/reports/report.ts";
import { renderTable } from "../../../src/core/reports/table.ts";
import { continuationsRecord, nextTokenRecord, reportedRun } from "./reportedRuns.ts";

const right = continuationsRecord("x", "1", 0, 0);
const wrong = continuationsRecord("x", "2", 1, 0);
const cells = (table: ReturnType<typeof reportTable>, row: number) =>
  Object.fromEntries(table.columns.map(({ title }, index) => [title, textOf(table.rows[row]![index]!)]));

describe("report on runs", () => {
  it("shows the interval, n, shots, protocol and invalid answers with every number", () => {
    const run = reportedRun("r", "m.gguf", lmEval, [right, wrong]);
    assert.deepEqual(cells(reportTable([run]), 0), {
      model: "m.gguf",
      benchmark: "x",
      metric: "accuracy",
      result: "0.500",
      // Wilson's interval of 1 of 2.
      "95 % interval": "0.095 to 0.905",
      n: "2",
      shots: "0",
      invalid: "0",
      failed: "0",
      "counted otherwise": "unconstrained 0.000",
      // Confidence e² / (e² + 3) in both items, half of them right.
      ECE: (Math.exp(2) / (Math.exp(2) + 3) - 0.5).toFixed(3),
      "tokens/s": "2500",
      protocol: "lm-eval",
    });
    reportSchema.parse(JSON.parse(JSON.stringify({ v: 1, runs: [run] })));
  });

  it("shows both accuracies, the spread over draws and the invalid answers of BioMistral's protocol", () => {
    const records = [0, 1].flatMap((draw) => [
      nextTokenRecord("x", "1", draw === 0 ? "A" : "The", 0, 0, { draw }),
      nextTokenRecord("x", "2", "A", 0, 0, { draw }),
    ]);
    const table = reportTable([reportedRun("r", "m.gguf", bioMistral, records)]);
    const row = cells(table, 0);
    assert.equal(row["result"], "0.750 ± 0.250");
    assert.equal(row["counted otherwise"], "constrained 1.000");
    assert.equal(row["n"], "4");
    assert.equal(row["invalid"], "1");
    assert.match(table.notes!.join("\n"), /n counts an item once a draw/);
  });

  it("has a row for each group", () => {
    const records = [right, wrong, continuationsRecord("y", "1", 0, 0)];
    const table = reportTable([reportedRun("r", "m", lmEval, records, {}, [{ id: "g", members: ["x", "y"] }])]);
    assert.equal(cells(table, 2)["benchmark"], "g");
    assert.equal(cells(table, 2)["result"], "0.667");
    assert.equal(cells(table, 2)["n"], "3");
    assert.ok(!table.notes!.some((note) => note.startsWith("Interval of")));
  });

  it("says of which groups the interval was computed by an older version", () => {
    const records = [right, wrong, continuationsRecord("y", "1", 0, 0)];
    const run = reportedRun("r", "m", lmEval, records, {}, [{ id: "g", members: ["x", "y"] }]);
    const groups = run.summary.groups.map((group) => ({ ...group, method: "joinedWilson" as const }));
    const { notes } = reportTable([{ ...run, summary: { ...run.summary, groups } }]);
    assert.match(notes!.join("\n"), /^Interval of g: as an older version of Medley computed it/m);
  });

  it("says of each benchmark what was left out, and of the model what is odd, in every format", () => {
    const cut = continuationsRecord("x", "2", 1, 0, { truncatedTokens: 7 });
    const records = [right, cut, continuationsRecord("y", "1", 0, 0)];
    const groups = [{ id: "g", members: ["x", "y"] }];
    const malformed = { kind: "malformedRecords", count: 3, message: "Malformed records that are left out: 3." };
    const unsaid = { kind: "defaultPreTokenizer", count: 1, message: "It does not say how it splits text." };
    const run = (model: string) =>
      reportedRun(model, model, lmEval, records, {}, groups, { data: { x: [malformed] }, model: [unsaid] });
    const sentences = [
      /\ba: It does not say how it splits text\.|Note on the model: It does not say how it splits text\./,
      /\bx: Malformed records that are left out: 3\./,
      /\bx: Prompts that did not fit the context and were cut at the left: 1\./,
    ];
    const table = reportTable([run("a"), run("b")]);
    for (const text of [
      renderTable(table, "text"),
      renderTable(table, "markdown"),
      renderTable(table, "latex"),
      htmlReport({ report: { v: 1, runs: [run("a")] }, comparison: null, charts: [] }),
      citeRun("a", { ...run("a").manifest, kind: "evaluation" }, run("a")),
    ]) {
      for (const sentence of sentences) assert.equal(text.match(new RegExp(sentence, "g"))?.length, 1, text);
    }
    const [header, ...rows] = parse(renderTable(table, "csv")) as string[][];
    const counts = rows
      .slice(0, 3)
      .map((row) =>
        ["malformed records", "cut prompts", "default pre tokenizer"].map((title) => row[header!.indexOf(title)]),
      );
    assert.deepEqual(counts, [
      ["3", "1", "1"],
      ["0", "0", "1"],
      ["3", "1", "1"],
    ]);
    const results = lmEvalResults(run("a")) as Record<string, unknown>;
    assert.deepEqual(results["medley_model_notices"], [unsaid]);
    const notices = results["medley_notices"] as Record<string, unknown[]>;
    assert.deepEqual(notices["y"], []);
    assert.deepEqual(notices["x"]![0], malformed);
  });

  it("names the model of a notice that not all runs of the benchmark have", () => {
    const cut = reportedRun("r2", "b", lmEval, [continuationsRecord("x", "1", 0, 0, { truncatedTokens: 7 })]);
    const { notes } = reportTable([reportedRun("r1", "a", lmEval, [right]), cut]);
    assert.ok(
      notes?.includes("b, x: Prompts that did not fit the context and were cut at the left: 1."),
      String(notes),
    );
  });

  it("says that a run is partial", () => {
    const text = renderTable(
      reportTable([reportedRun("r", "m", lmEval, [right], { partial: "1 of 2 items." })]),
      "text",
    );
    assert.match(text, /^m \(partial\) /m);
    assert.match(text, /m is partial: 1 of 2 items\./);
  });

  it("labels runs as briefly as tells them apart", () => {
    const labels = (...runs: ReturnType<typeof reportedRun>[]) => labelRuns(runs).map(({ label }) => label);
    const a = reportedRun("r1", "a.gguf", lmEval, [right]);
    const shots = reportedRun("r2", "a.gguf", lmEval, [continuationsRecord("x", "1", 0, 0, { shots: ["s"] })]);
    const other = reportedRun("r3", "a.gguf", bioMistral, [nextTokenRecord("x", "1", "A", 0, 0)]);
    assert.deepEqual(labels(a), ["a.gguf"]);
    assert.deepEqual(labels(a, reportedRun("r4", "b.gguf", bioMistral, [right])), ["a.gguf", "b.gguf"]);
    assert.deepEqual(labels(a, shots), ["0 shots", "1 shot"]);
    assert.deepEqual(labels(a, shots, other), ["lm-eval · 0 shots", "lm-eval · 1 shot", "biomistral · 0 shots"]);
    assert.deepEqual(labels(a, { ...a, run: "again" }), ["r1", "again"]);
  });
});

describe("result of a cell", () => {
  it("has the results, the best one in bold where the test supports it, the comparison and the runs", () => {
    const records = (answer: number) =>
      Array.from({ length: 8 }, (_, index) => continuationsRecord("x", `${index}`, answer, 0));
    const runs = labelRuns([
      reportedRun("20260131-a", "good|<!--.gguf", lmEval, records(0)),
      reportedRun("20260131-b", "bad.gguf", lmEval, records(1)),
    ]);
    const compared = [records(0), records(1)].map((list, index) => ({
      name: runs[index]!.label,
      identity: {},
      groups: [],
      benchmarks: new Map([["x", { metric: "accuracy", answers: list.map((of) => comparedAnswer(of, "accuracy")) }]]),
    }));
    const markdown = cellResultMarkdown(runs, compareRuns(compared));
    assert.match(markdown, /^\| good\\\|&lt;!--\.gguf \| x \| accuracy \| \*\*1\.000\*\* \| 0\.676 to 1\.000 \| 8 \|/m);
    assert.match(markdown, /^\*\*Comparison\*\*$/m);
    assert.match(markdown, /^Medley 1\.2\.3; runs `20260131-a`, `20260131-b`$/m);
    assert.ok(!markdown.includes("<!--"));
  });
});
