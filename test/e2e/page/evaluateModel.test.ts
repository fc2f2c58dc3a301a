import assert from "node:assert/strict";
import { cp, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { FrameLocator } from "playwright-core";
import { repository } from "../codeServer.ts";
import { useWorkbench } from "./workbench.ts";

describe("Medley: Evaluate Model…", () => {
  const workbench = useWorkbench({
    prepareWorkspace: (folder) => cp(path.join(repository, "samples/models"), folder, { recursive: true }),
  });

  /** Evaluates five sample questions; resolves with the report once it is shown. */
  async function evaluate(shots: string): Promise<FrameLocator> {
    await workbench().runCommand("Medley: Evaluate Model…");
    await workbench().pick("stories260k.f32.gguf");
    await workbench().pick("sample-medqa-4");
    await workbench().pick("lm-eval");
    await workbench().answer("Few-shot examples", shots);
    await workbench().answer("Evaluate only the first", "5");
    const report = workbench().preview();
    const row = report.getByRole("row", { name: new RegExp(`sample-medqa-4 accuracy .* 5 ${shots} 0 0`) });
    await row.waitFor();
    return report;
  }

  it("asks, evaluates in a run folder, and shows a report with interval, shots and protocol", async () => {
    const report = await evaluate("1");
    const headings = await report.getByRole("columnheader").allInnerTexts();
    for (const heading of ["95 % interval", "n", "shots", "invalid", "protocol"])
      assert.ok(headings.includes(heading), heading);
    await workbench().screenshot("report");

    const [run] = (await readdir(path.join(workbench().server.workspace, "runs"))).filter(
      (name) => !name.startsWith("."),
    );
    const folder = path.join(workbench().server.workspace, "runs", run!);
    const items = (await readFile(path.join(folder, "items.jsonl"), "utf8")).trim().split("\n");
    assert.equal(items.length, 5);
  });

  it("shows the prompt of an item with its tokens", async () => {
    await workbench().runCommand("Medley: Show Prompt…");
    await workbench().pick("stories260k.f32.gguf");
    await workbench().pick("sample-medqa-4");
    await workbench().pick("lm-eval");
    await workbench().answer("Few-shot examples", "0");
    await workbench().answer("Id of the item", "");
    const preview = workbench().preview();
    await preview.getByRole("heading", { name: "Tokens of the prompt" }).waitFor();
    await preview.getByText("scored by the log-likelihood of each continuation").waitFor();
    await workbench().screenshot("prompt");
  });

  it("reports on the run again, and compares it with another one", async () => {
    await workbench().runCommand("Medley: Show Run Report…");
    await workbench().pick("sample-medqa-4");
    await workbench().preview().getByRole("columnheader", { name: "95 % interval" }).waitFor();

    await evaluate("0");
    await workbench().runCommand("Medley: Compare Runs…");
    await workbench()
      .page.locator(".quick-input-widget .quick-input-check-all, .quick-input-widget .monaco-checkbox")
      .first()
      .click();
    await workbench().page.keyboard.press("Enter");
    await workbench().preview().getByRole("tab", { name: "Comparison" }).click();
    await workbench().preview().getByRole("columnheader", { name: "p (Holm)" }).waitFor();
    await workbench().screenshot("comparison");
  });
});
