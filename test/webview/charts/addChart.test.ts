import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { repository } from "../../support/cli.ts";

/** The whole of a new chart. */
const dots = `
import type { Chart } from "./chart.ts";
import { intervalPlot } from "./intervalPlot.ts";
import { needs } from "./needs.ts";

export const dotsChart: Chart = {
  id: "dots",
  title: () => "Dots",
  needs: needs.results,
  crowded: () => false,
  draw: (_report, _comparison, options) =>
    intervalPlot(
      { title: "Dots", description: "None.", sections: [{ rows: [] }], axis: "", limits: [0, 1], reference: 0, legend: [] },
      options,
    ),
  table: () => ({ columns: [], rows: [] }),
};
`;

describe("A chart is added", () => {
  let tree: string;
  const inTree = (name: string): string => path.join(tree, name);

  before(async () => {
    tree = await mkdtemp(path.join(tmpdir(), "medley-chart-"));
    for (const part of ["package.json", "src", "webview", "test/webview", "test/support", "test/core/reports"]) {
      await cp(path.join(repository, part), inTree(part), { recursive: true });
    }
    await symlink(path.join(repository, "node_modules"), inTree("node_modules"), "junction");
  });

  after(() => rm(tree, { recursive: true, force: true }));

  async function addLine(file: string, after: string, line: string): Promise<void> {
    const text = await readFile(inTree(file), "utf8");
    assert.ok(text.includes(after), `${after} in ${file}`);
    await writeFile(inTree(file), text.replace(after, `${after}\n${line}`));
  }

  it("by one file, a line in the list of charts, and a line that says in cells what it shows", async () => {
    await writeFile(inTree("webview/charts/dots.ts"), dots);
    await addLine(
      "webview/charts/index.ts",
      'import type { Chart } from "./chart.ts";',
      'import { dotsChart } from "./dots.ts";',
    );
    await addLine("webview/charts/index.ts", "  positionBiasChart,", "  dotsChart,");
    await addLine("src/core/results/plots.ts", "export const plots = {", '  dots: "dots",');
    const script = inTree("test/webview/charts/addedChart.ts");
    const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", script], { cwd: tree });
    assert.deepEqual(JSON.parse(stdout), { cell: true, tab: "Dots", file: "dots", drawn: true });
  });
});
