// Run by addChart.test.ts, in a copy of the tree to which the chart `dots` was added. Prints where it has turned up.
import { evaluationConfigurationSchema } from "../../../src/core/evaluation/configuration.ts";
import { makePage, until } from "../page.ts";
import { chartData } from "./chartData.ts";

makePage();
const { makeRenderer } = await import("../../../webview/result/renderer.ts");
const { report } = chartData({ models: ["a.gguf"], benchmarks: ["medqa-4"] });
const cell = { benchmark: "medqa-4", models: "a.gguf", plots: "dots" };

/** Draws the output of the cell; its host has the run, and saves what it is given. */
async function drawOutput() {
  let saved: readonly { name: string; text: string }[] | undefined;
  const answers: Readonly<Record<string, unknown>> = {
    report: { report, missing: [], waiting: [] },
    saveAll: { folder: "/" },
  };
  let receive: (message: unknown) => void = () => undefined;
  const renderer = makeRenderer(
    {
      postMessage: (message) => {
        const { type, id, ...params } = message as { type: string; id: number; files: [] };
        if (type === "saveAll") saved = params.files;
        setTimeout(() => receive({ type: "answer", id, ok: true, value: answers[type] }));
      },
      onDidReceiveMessage: (listener) => (receive = listener),
    },
    "",
  );
  const element = document.createElement("div");
  document.body.append(element);
  const output = { v: 1, view: "v", runs: [report.runs[0]!.run], markdown: "", stale: false, plots: [cell.plots] };
  renderer.renderOutputItem({ id: "output", json: () => output }, element);
  return { root: element.shadowRoot!, savedFiles: () => saved };
}

const { root, savedFiles } = await drawOutput();
const click = (selector: string) => root.querySelector<HTMLElement>(selector)!.click();
click('[role="tab"][id$="-charts"]');
const section = await until(() => root.querySelector("section.chart:has(svg)"));
click('[role="tab"][id$="-export"]');
click('[aria-label="Save all charts as SVG"]');
const [file] = await until(savedFiles);
console.log(
  JSON.stringify({
    cell: evaluationConfigurationSchema.safeParse(cell).success,
    tab: section.getAttribute("aria-label"),
    file: file!.name,
    drawn: /<svg /.test(file!.text),
  }),
);
process.exit();
