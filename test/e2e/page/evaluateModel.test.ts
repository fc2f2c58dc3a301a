import assert from "node:assert/strict";
import { cp, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { repository } from "../codeServer.ts";
import { useWorkbench } from "./workbench.ts";

describe("Medley: Evaluate Model…", () => {
  const workbench = useWorkbench({
    prepareWorkspace: (folder) => cp(path.join(repository, "samples/models"), folder, { recursive: true }),
  });

  it("asks, evaluates in a run folder, and shows a report with interval, shots and protocol", async () => {
    await workbench().runCommand("Medley: Evaluate Model…");
    await workbench().pick("stories260k.f32.gguf");
    await workbench().pick("sample-medqa-4");
    await workbench().screenshot("evaluate-protocol");
    await workbench().pick("lm-eval");
    await workbench().answer("Few-shot examples", "1");
    await workbench().answer("Evaluate only the first", "5");
    const report = workbench().preview();
    await report.getByRole("cell", { name: "sample-medqa-4" }).first().waitFor({ timeout: 90_000 });
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
});
