import assert from "node:assert/strict";
import { Window } from "happy-dom";
import { charts } from "../../../webview/charts/index.ts";
import { reportFile } from "../../../webview/charts/reportFile.ts";
import { chartData } from "./chartData.ts";

describe("HTML report of a result", () => {
  it("has every chart with its numbers, and needs nothing else", async () => {
    const { report, comparison } = chartData({
      models: ["a.gguf", "b.gguf"],
      benchmarks: ["medqa-4"],
      subjects: ["Skin"],
    });
    const html = await reportFile(report, comparison, new Window().document as unknown as Document);
    const read = new new Window().DOMParser().parseFromString(html, "text/html");
    assert.equal(read.querySelectorAll('svg[role="img"]').length, charts.length);
    assert.equal(read.querySelectorAll("figure + details table").length, charts.length);
    assert.equal(read.querySelectorAll("details").length, charts.length + 1, "and the flipped items");
    assert.doesNotMatch(html, /var\(|url\(|href=|<script|<link|<img/);
  });

  it("leaves out charts without data", async () => {
    const { report } = chartData({ models: ["a.gguf"], benchmarks: ["medqa-4"] });
    const html = await reportFile(report, null, new Window().document as unknown as Document);
    assert.equal(html.match(/role="img"/g)!.length, 3);
  });
});
