import assert from "node:assert/strict";
import { chartData } from "./charts/chartData.ts";
import { usePage } from "./page.ts";

const { report, comparison } = chartData({
  models: ["small.gguf", "large.gguf"],
  benchmarks: ["medqa-4"],
  items: 2000,
});
const hostile = "<img src=x onerror=alert(1)>\u202Eevil";

describe("The table of results", () => {
  usePage();

  async function draw(compared: typeof comparison, runs = report.runs): Promise<HTMLElement> {
    const { ResultsTable } = await import("../../webview/result/resultsTable.ts");
    const table = new ResultsTable();
    table.update(runs, compared ?? undefined);
    return table.element;
  }

  it("is bold only where the paired tests support it, and says why", async () => {
    assert.ok(comparison !== null && comparison.pairs[0]!.adjusted < 0.05, "the data must have a supported difference");
    assert.equal((await draw(null)).querySelectorAll("strong").length, 0);
    const supported = await draw(comparison);
    assert.equal(supported.querySelectorAll("strong").length, 1);
    assert.match(supported.querySelector("strong")!.parentElement!.textContent, /best: supported by the paired tests/);
    const unsupported = { ...comparison, pairs: comparison.pairs.map((pair) => ({ ...pair, adjusted: 0.05 })) };
    assert.equal((await draw(unsupported)).querySelectorAll("strong").length, 0);
  });

  it("sorts by the buttons of its header and says so", async () => {
    const table = await draw(null);
    const heading = [...table.querySelectorAll("thead th")].find((th) => th.textContent === "result")!;
    const results = () => [...table.querySelectorAll("tbody tr")].map((row) => Number(row.children[2]!.textContent));
    heading.querySelector("button")!.click();
    assert.equal(heading.getAttribute("aria-sort"), "descending");
    assert.deepEqual(
      results(),
      results().toSorted((a, b) => b - a),
    );
    heading.querySelector("button")!.click();
    assert.equal(heading.getAttribute("aria-sort"), "ascending");
    assert.deepEqual(
      results(),
      results().toSorted((a, b) => a - b),
    );
  });

  it("makes no element of a hostile name, and shows what hides", async () => {
    const runs = report.runs.map((run) => ({ ...run, model: hostile, label: hostile }));
    const table = await draw(null, runs);
    assert.equal(table.querySelector("img"), null);
    assert.match(table.textContent, /<img src=x onerror=alert\(1\)>U\+202Eevil/);
  });

  it("draws the table that was saved as Markdown, whatever it holds", async () => {
    const { cellResultMarkdown } = await import("../../src/core/reports/cellResult.ts");
    const { drawSavedMarkdown } = await import("../../webview/result/savedMarkdown.ts");
    const runs = report.runs.map((run, index) => (index === 0 ? { ...run, model: `${hostile}|x` } : run));
    const saved = drawSavedMarkdown(cellResultMarkdown(runs, comparison!));
    assert.equal(saved.querySelector("img"), null);
    assert.equal(saved.querySelectorAll("table").length, 2);
    const live = await draw(comparison, runs);
    const first = (element: Element) => element.querySelector("tbody td")!.textContent;
    assert.equal(first(saved), first(live));
    assert.ok(saved.querySelectorAll("strong").length > 0);
  });
});
