import assert from "node:assert/strict";
import { Window } from "happy-dom";
import type { Comparison } from "../../../src/core/reports/comparison.ts";
import type { Report } from "../../../src/core/reports/report.ts";
import { valueOf } from "../../../src/core/reports/cells.ts";
import { renderTable } from "../../../src/core/reports/table.ts";
import { plotIds } from "../../../src/core/results/plots.ts";
import { chartContents, charts, onBenchmark } from "../../../webview/charts/index.ts";
import { toSvgFile } from "../../../webview/charts/svgFile.ts";
import { chartData } from "./chartData.ts";

const document = new Window().document as unknown as Document;
const options = { document, width: 800 };
const draw = (id: string, { report, comparison }: { report: Report; comparison: Comparison | null }) =>
  charts.find((chart) => chart.id === id)!.draw(report, comparison, options);

const three = chartData({
  models: ["small.gguf", "middle.gguf", "large.gguf"],
  benchmarks: ["medqa-4", "pubmedqa"],
  items: 120,
  subjects: ["Anatomy", "Skin"],
});

/** Where the horizontal axis has its ticks: CSS pixels by value. */
function scaleOf(svg: SVGSVGElement): (value: number) => number {
  const labels = [...svg.querySelectorAll('[data-mark="x-axis tick label"] text')];
  const at = labels.map((label) => Number(/translate\(([-\d.]+)/.exec(label.getAttribute("transform")!)![1]));
  const values = labels.map((label) => Number(label.textContent!.replace("−", "-")));
  const perUnit = (at.at(-1)! - at[0]!) / (values.at(-1)! - values[0]!);
  return (value) => at[0]! + (value - values[0]!) * perUnit;
}

function dotPositions(svg: SVGSVGElement): number[] {
  return [...svg.querySelectorAll('g[data-mark="dot"]')].flatMap((group) =>
    [...group.children].flatMap((dot) => {
      if (dot.querySelector("title") === null) return [];
      const moved = dot.getAttribute("transform");
      return [Number(moved === null ? dot.getAttribute("cx") : /translate\(([-\d.]+)/.exec(moved)![1])];
    }),
  );
}

const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 0.01, `${actual} is not ${expected}`);

describe("charts of a result", () => {
  it("are those that a cell may name, in their order", () => {
    assert.deepEqual(
      charts.map(({ id }) => id),
      [...plotIds],
    );
  });

  it("have a role, a title, the numbers in words, and no style, script or motion", () => {
    for (const chart of charts) {
      const svg = chart.draw(three.report, three.comparison, options);
      assert.equal(svg.getAttribute("role"), "img");
      assert.ok(svg.querySelector(":scope > title")!.textContent!.length > 10);
      assert.match(svg.querySelector(":scope > desc")!.textContent!, /small\.gguf.*\d\.\d{3}/);
      assert.equal(svg.querySelector("style, script, animate, [style], [onclick]"), null, chart.id);
    }
  });

  it("draw every result of the forest plot where the axis has its value", () => {
    const svg = draw("forest", three);
    const x = scaleOf(svg);
    const expected = ["medqa-4", "pubmedqa"].flatMap((name) =>
      three.report.runs.map(
        ({ summary }) => summary.benchmarks.find(({ benchmark }) => benchmark === name)!.metrics["accuracy"]!,
      ),
    );
    const groups = three.report.runs.map(({ summary }) => summary.groups[0]!.accuracy);
    const dots = dotPositions(svg);
    const estimates = [...expected, ...groups];
    assert.equal(dots.length, estimates.length);
    estimates.forEach(({ value }, index) => near(dots[index]!, x(value)));
    const lines = [...svg.querySelectorAll('g[data-mark="rule"] line')].filter((line) => line.querySelector("title"));
    estimates.forEach(({ interval }, index) => {
      near(Number(lines[index]!.getAttribute("x1")), x(interval!.low));
      near(Number(lines[index]!.getAttribute("x2")), x(interval!.high));
    });
    const chance = [...svg.querySelectorAll('g[stroke-dasharray="4,3"] line')].filter((line) =>
      line.hasAttribute("y1"),
    );
    assert.ok(chance.some((line) => Math.abs(Number(line.getAttribute("x1")) - x(0.25)) < 0.01));
    assert.ok(svg.textContent!.includes(`${expected[0]!.value.toFixed(3)} (`));
  });

  it("tell a supported difference by its shape and weight, not its colour alone", () => {
    const comparison: Comparison = {
      ...three.comparison!,
      pairs: three
        .comparison!.pairs.slice(0, 2)
        .map((pair, index) => ({ ...pair, adjusted: index === 0 ? 0.01 : 0.2 })),
    };
    const svg = draw("comparison", { report: three.report, comparison });
    const dots = [...svg.querySelectorAll('g[data-mark="dot"]')].filter((dot) => dot.querySelector("title"));
    const fills = dots.map((dot) => dot.getAttribute("fill"));
    assert.match(fills[0]!, /charts-blue/);
    assert.match(fills[1]!, /editor-background/);
    assert.notEqual(
      dots[0]!.firstElementChild!.localName + dots[0]!.firstElementChild!.getAttribute("d"),
      dots[1]!.firstElementChild!.localName + dots[1]!.firstElementChild!.getAttribute("d"),
    );
    assert.match(svg.querySelector("desc")!.textContent!, /1 of 2 differences are supported/);
    const x = scaleOf(svg);
    comparison.pairs.forEach(({ difference }, index) => near(dotPositions(svg)[index]!, x(difference)));
  });

  it("show differences on groups of benchmarks after those on benchmarks, without a test", () => {
    const [group] = three.comparison!.groups;
    const comparison: Comparison = { ...three.comparison!, groups: [group!] };
    const svg = draw("comparison", { report: three.report, comparison });
    assert.equal(dotPositions(svg).length, comparison.pairs.length + 1);
    near(dotPositions(svg).at(-1)!, scaleOf(svg)(group!.difference));
    assert.match(svg.textContent!, /group of benchmarks: not tested/);
    assert.match(svg.querySelector("desc")!.textContent!, new RegExp(`on ${group!.group}: [^;]*\\)\\. \\d of 6 diff`));
    const { columns, rows } = charts.find(({ id }) => id === "comparison")!.table(three.report, comparison);
    const last = columns.map(({ id }, index) => [id, valueOf(rows.at(-1)![index]!)]);
    assert.deepEqual(Object.fromEntries(last), {
      benchmark: group!.group,
      first: "small.gguf",
      second: "middle.gguf",
      difference: group!.difference,
      low: group!.interval.low,
      high: group!.interval.high,
      pHolm: null,
      supported: null,
      n: 240,
    });
    assert.doesNotMatch(
      draw("comparison", onBenchmark({ report: three.report, comparison }, "medqa-4")).textContent!,
      /group/,
    );
  });

  it("give the calibration error and the counts of all bins", () => {
    const svg = draw("reliability", three);
    const { renormalised } = three.report.runs[0]!.summary.benchmarks[0]!.draws[0]!.calibration!;
    assert.ok(svg.textContent!.includes(`ECE ${renormalised.ece.toFixed(3)}, n 120`));
    const table = charts.find(({ id }) => id === "reliability")!.table(three.report, null);
    const counts = table.rows.slice(0, 10).map((row) => Number(valueOf(row[4]!)));
    assert.deepEqual(
      counts,
      renormalised.bins.map(({ n }) => n),
    );
    assert.equal(
      counts.reduce((a, b) => a + b),
      120,
    );
  });

  it("pool draws without an interval that would be too narrow", () => {
    const data = chartData({ models: ["m.gguf"], benchmarks: ["medqa-4"], items: 40, draws: 3 });
    for (const id of ["reliability", "positionBias"]) {
      const { rows, notes } = charts.find((chart) => chart.id === id)!.table(data.report, null);
      assert.ok(
        rows.every((row) => valueOf(row.at(-1)!) === null),
        id,
      );
      assert.match(notes!.join(" "), /depend on one another/);
    }
    const positions = charts.find(({ id }) => id === "positionBias")!.table(data.report, null).rows;
    assert.equal(
      positions.reduce((sum, row) => sum + Number(valueOf(row[4]!)), 0),
      120,
    );
    const right = positions.reduce((sum, row) => sum + Number(valueOf(row[4]!)) * Number(valueOf(row[6]!)), 0) / 120;
    assert.ok(Math.abs(right - data.report.runs[0]!.summary.benchmarks[0]!.metrics["accuracy"]!.value) < 0.001);
  });

  it("take hostile names as text", () => {
    const hostile = ['<script>alert(1)</script>"&\u202e\u0000\ud800', "]]><style>*{}</style>${1}"];
    const data = chartData({ models: hostile, benchmarks: ["<img src=x>\n\u2028&amp;"], subjects: ["</svg><b>"] });
    for (const chart of charts) {
      const svg = chart.draw(data.report, data.comparison, options);
      assert.equal(svg.querySelector("script, style, img, b"), null);
      const file = toSvgFile(svg);
      // eslint-disable-next-line no-control-regex
      assert.doesNotMatch(file, /<script|<style|<img|<b>|\u0000|\u202e|\ud800/);
      const read = new new Window().DOMParser().parseFromString(file, "image/svg+xml");
      assert.equal(read.querySelector("parsererror"), null);
      for (const format of ["csv", "latex", "markdown", "text"] as const)
        renderTable(chart.table(data.report, data.comparison), format);
    }
  });

  it("say why there is nothing to draw", () => {
    const empty: Report = { v: 1, runs: [] };
    for (const chart of charts) {
      assert.ok(chart.needs.missing(empty, null), chart.id);
      assert.deepEqual(chartContents(chart, empty, null), []);
      assert.deepEqual(chart.table(empty, null).rows, []);
    }
    const one = chartData({ models: ["m.gguf"], benchmarks: ["medqa-4"] });
    assert.equal(charts[0]!.needs.missing(one.report, null), undefined);
    assert.match(charts[2]!.needs.missing(one.report, null)!, /subject/);
    assert.match(charts[3]!.needs.missing(one.report, null)!, /two models/);
  });

  it("hold 12 models on 17 benchmarks, and any one of these", () => {
    const models = Array.from({ length: 12 }, (_, index) => `model-${index}-${"x".repeat(80)}.gguf`);
    const benchmarks = Array.from({ length: 17 }, (_, index) => `benchmark-${index}`);
    const data = chartData({ models, benchmarks, items: 6 });
    const svg = draw("forest", data);
    assert.equal(dotPositions(svg).length, 12 * 18);
    assert.ok(
      [...svg.querySelectorAll("text title")].some((title) => title.textContent === models[0]),
      "full name",
    );
    assert.equal(data.comparison!.pairs.length, 66 * 17);
    assert.equal(dotPositions(draw("comparison", onBenchmark(data, "benchmark-3"))).length, 66);
    for (const chart of charts) {
      const contents = chartContents(chart, data.report, data.comparison);
      const expected = { forest: 1, subjects: 0 }[chart.id as string] ?? benchmarks.length;
      assert.equal(contents.length, expected, chart.id);
      for (const { report, comparison } of contents) assert.ok(!chart.crowded(report, comparison), chart.id);
    }
  });

  it("keep to their width when it is small", () => {
    for (const chart of charts) {
      const svg = chart.draw(three.report, three.comparison, { document, width: 280 });
      assert.equal(svg.getAttribute("viewBox")!.split(" ")[2], "280");
      assert.doesNotMatch(svg.outerHTML, /NaN|Infinity|undefined/);
    }
  });
});

describe("a chart as a file", () => {
  it("needs no editor: fixed colours on white and generic fonts", () => {
    for (const chart of charts) {
      const file = toSvgFile(chart.draw(three.report, three.comparison, options));
      assert.doesNotMatch(file, /var\(|currentColor|--vscode/i);
      assert.match(file, /^<\?xml[^>]*>\n<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"[^>]*><rect width="100%"/);
      assert.match(file, /font-family="Helvetica, Arial, sans-serif"/);
      assert.equal(file.match(/xmlns=/g)!.length, 1);
    }
  });
});
