import assert from "node:assert/strict";
import { chartData } from "./charts/chartData.ts";
import { drawOutput, unanswered } from "./output.ts";
import { until, usePage } from "./page.ts";

const { report, comparison } = chartData({ models: ["a.gguf", "b.gguf"], benchmarks: ["medqa-4"], items: 2000 });
describe("The notebook renderer", () => {
  usePage();

  const draw = (answers: Record<string, unknown>, output: object = {}) => drawOutput(report, answers, output);
  const reportAnswer = { report, missing: [], waiting: [] };
  const tab = (root: ShadowRoot, name: string) =>
    [...root.querySelectorAll<HTMLElement>('[role="tab"]')].find(({ textContent }) => textContent === name)!;

  it("asks for the report alone at first, then goes from tab to tab by arrows", async () => {
    const { root, sent } = await draw({ report: reportAnswer, comparison });
    await until(() => root.querySelector("tbody tr"));
    assert.deepEqual([...new Set(sent.map(({ type }) => type))], ["texts", "report", "comparison"]);
    const first = tab(root, "Results");
    assert.equal(first.getAttribute("aria-selected"), "true");
    first.dispatchEvent(new KeyboardEvent("keydown", { key: "End", bubbles: true }));
    assert.equal(tab(root, "Export").getAttribute("aria-selected"), "true");
    assert.deepEqual(
      [...root.querySelectorAll<HTMLElement>('[role="tab"]')].filter(({ tabIndex }) => tabIndex === 0).length,
      1,
    );
  });

  it("shows the saved table when the run folders are gone", async () => {
    const markdown = "| model | result |\n| :-- | --: |\n| saved.gguf | **0.500** |\n";
    const gone = { report: { v: 1, runs: [] }, missing: report.runs.map(({ run }) => run), waiting: [] };
    const { root } = await draw({ report: gone, comparison: null }, { markdown, stale: true });
    await until(() => /folders are gone/.test(root.textContent));
    assert.match(root.querySelector("tbody")!.textContent, /saved\.gguf/);
    assert.match(root.textContent, /earlier version of the cell/);
  });

  it("shows an error with its hint in place, and asks again when told that the run has changed", async () => {
    const { root, say, answers, runs } = await draw({ report: new Error("The process ended."), comparison });
    const alert = await until(() => root.querySelector('[role="alert"]'));
    assert.match(alert.textContent, /The process ended\.Try again\./);
    answers["report"] = reportAnswer;
    say({ type: "changed", runs: [runs[0]!] });
    await until(() => root.querySelector("tbody tr"));
    assert.equal(root.querySelector('[role="alert"]'), null);
  });

  it("compares nothing where the cell asks for no comparison", async () => {
    const { root, sent } = await draw({ report: reportAnswer, comparison }, { compare: false });
    await until(() => root.querySelector("tbody tr"));
    assert.deepEqual([...new Set(sent.map(({ type }) => type))], ["texts", "report"]);
    assert.equal(tab(root, "Comparison"), undefined);
    assert.equal(root.querySelector("tbody strong"), null);
  });

  it("keeps what is bold until the new comparison is here", async () => {
    const { root, say, answers, runs, sent } = await draw({ report: reportAnswer, comparison });
    await until(() => root.querySelector("tbody strong"));
    answers["comparison"] = unanswered;
    const asked = sent.length;
    say({ type: "changed", runs: [runs[0]!] });
    await until(() => sent.length === asked + 2);
    assert.ok(root.querySelector("tbody strong"));
    await until(() => root.textContent.includes("compared again; bold is what the comparison before supports"));
  });

  it("refuses an answer that has not the form agreed on", async () => {
    const { root } = await draw({ report: { report: "no" }, comparison });
    const alert = await until(() => root.querySelector('[role="alert"]'));
    assert.match(alert.textContent, /The answer to the request "report" cannot be read/);
  });
});
