// Run by addChart.test.ts, in a copy of the tree to which the chart `dots` was added. Prints where it has turned up.
import { evaluationConfigurationSchema } from "../../../src/core/evaluation/configuration.ts";
import { drawOutput, tabOf } from "../output.ts";
import { makePage, until } from "../page.ts";
import { chartData } from "./chartData.ts";

makePage();
const { report } = chartData({ models: ["a.gguf"], benchmarks: ["medqa-4"] });
const cell = { benchmark: "medqa-4", models: "a.gguf", plots: "dots" };
const answers = { report: { report, missing: [], waiting: [] }, saveAll: { folder: "/" } };
const { root, sent } = await drawOutput(report, answers, { plots: [cell.plots] });
tabOf(root, "charts").click();
const section = await until(() => root.querySelector("section.chart:has(svg)"));
tabOf(root, "export").click();
root.querySelector<HTMLElement>('[aria-label="Save all charts as SVG"]')!.click();
const [file] = (await until(() => sent.find(({ type }) => type === "saveAll"))).files!;
console.log(
  JSON.stringify({
    cell: evaluationConfigurationSchema.safeParse(cell).success,
    tab: section.getAttribute("aria-label"),
    file: file!.name,
    drawn: /<svg /.test(file!.text),
  }),
);
process.exit();
