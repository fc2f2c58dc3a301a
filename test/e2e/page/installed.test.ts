import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import type { Locator } from "playwright-core";
import { makeLargeRun } from "../../support/largeRun.ts";
import { repository } from "../codeServer.ts";
import { useWorkbench, type Workbench } from "./workbench.ts";

const itemCount = 10_000;
const notebook = "large.mcqa.md";

const { version } = JSON.parse(await readFile(path.join(repository, "package.json"), "utf8")) as { version: string };
const extensionPackage = path.join(repository, `out/package/medley-${version}-linux-x64.vsix`);

/** A notebook with the saved result of a large run. */
async function prepareWorkspace(folder: string): Promise<void> {
  const run = path.basename(await makeLargeRun(folder, itemCount));
  const result = `<!-- medley:result runs=${run} cell=0123456789abcdef -->\n\n| n |\n|--:|\n| ${itemCount} |\n\n<!-- /medley:result -->`;
  const cell = "benchmark: large.jsonl\nmodels: model.gguf";
  await writeFile(path.join(folder, notebook), `\`\`\`mcqa\n${cell}\n\`\`\`\n\n${result}\n`);
}

const outputs = ({ page }: Workbench): Locator =>
  page
    // The editor keeps the page of a closed notebook for the next one, out of sight.
    .locator("iframe.webview.ready")
    .filter({ visible: true })
    .contentFrame()
    .frameLocator("#active-frame")
    .locator(".result-view");

describe("The installed package", () => {
  before(async () => {
    await promisify(execFile)(process.execPath, [path.join(repository, "scripts/package.mjs"), "linux-x64"]);
  });
  const workbench = useWorkbench({ extensionPackage, prepareWorkspace });

  it("evaluates the sample", async () => {
    const { page } = workbench();
    await workbench().runCommand("Medley: Open Sample");
    await page.locator(".cell-list-container .code-cell-row .monaco-editor").first().click();
    await workbench().kernel();
    await page.keyboard.press("Shift+Enter");
    await outputs(workbench())
      .getByRole("row", { name: /sample average .* 120 / })
      .waitFor();
    await outputs(workbench()).getByText("partial", { exact: true }).first().waitFor({ state: "detached" });
    assert.doesNotMatch(await workbench().extensionLog(), /\[error\]/);
    await page.keyboard.press("Control+S");
    await workbench().runCommand("View: Close All Editors");
  });

  it(`shows the table of ${itemCount} items, and draws few of the items that it scrolls through`, async () => {
    await workbench().openFile(notebook);
    await outputs(workbench()).getByRole("row", { name: "large.jsonl" }).waitFor();
    await outputs(workbench()).getByRole("tab", { name: "Items" }).click();
    const grid = outputs(workbench()).getByRole("grid", { name: "Items" });
    await grid.getByText("q-3", { exact: true }).waitFor();
    for (let step = 0; step < 60; step++) {
      await grid.evaluate((element) => {
        element.scrollTop += 400;
        return new Promise(requestAnimationFrame);
      });
      assert.ok((await grid.getByRole("row").count()) < 100);
    }
    // Far down, and read.
    await grid
      .getByText(/^q-7\d{2}$/)
      .first()
      .waitFor();
    await workbench().screenshot("installed-items");
  });
});
