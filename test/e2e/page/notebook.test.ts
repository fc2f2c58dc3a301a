import assert from "node:assert/strict";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { repository } from "../codeServer.ts";
import { useWorkbench, type Workbench } from "./workbench.ts";

const study = `# Does the sample work?

The bundled model is far too small to know medicine: its accuracy is that of guessing.

\`\`\`mcqa
benchmark: sample
models: models/tiny.gguf
shots: 1
limit: 10
\`\`\`

## A misspelt cell

\`\`\`mcqa
benchmark: sampel
models: models/tiny.gguf
\`\`\`
`;

async function prepareWorkspace(folder: string): Promise<void> {
  await mkdir(path.join(folder, "models"));
  await copyFile(path.join(repository, "samples/models/stories260k.f32.gguf"), path.join(folder, "models/tiny.gguf"));
  await writeFile(path.join(folder, "study.mcqa.md"), study);
}

/** Opens the notebook as a person does, by its name. */
async function openStudy({ page }: Workbench): Promise<void> {
  await page.keyboard.press("Control+P");
  await page.locator(".quick-input-widget input[type=text]").fill("study.mcqa.md");
  await page.locator(".quick-input-list .monaco-list-row", { hasText: "study.mcqa.md" }).first().waitFor();
  await page.keyboard.press("Enter");
  await page.locator(".notebook-editor .cell .monaco-editor").first().waitFor({ timeout: 60_000 });
}

describe("A notebook in the window", () => {
  const workbench = useWorkbench({ prepareWorkspace });

  before(() => openStudy(workbench()));

  it("completes a key with its documentation", async () => {
    const { page } = workbench();
    await page.locator(".cell-list-container .code-cell-row .monaco-editor").last().click();
    await page.keyboard.press("Control+End");
    await page.keyboard.press("Enter");
    await page.keyboard.type("kv");
    const suggestions = page.locator(".suggest-widget");
    await suggestions.getByText("kvCacheType").first().waitFor({ timeout: 20_000 });
    await workbench().screenshot("notebook-completion");
    await page.keyboard.press("Escape");
  });

  it("runs a cell by the keyboard to a table, with model, protocol and n under the cell", async () => {
    const { page } = workbench();
    const status = page.locator(".cell-statusbar-container", { hasText: "tiny.gguf" }).first();
    for (const text of ["lm-eval, 1-shot", "n = 60", "Show Prompt"]) await status.getByText(text).waitFor();
    await page.locator(".cell-list-container .code-cell-row .monaco-editor").first().click();
    await page.keyboard.press("Shift+Enter");
    const outputs = page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
    await outputs.getByRole("cell", { name: "tiny.gguf" }).first().waitFor({ timeout: 120_000 });
    // The table fills in while the run goes on.
    await page.locator(".cell-list-container .codicon-notebook-state-success").first().waitFor({ timeout: 120_000 });
    await outputs.getByText("partial", { exact: true }).waitFor({ state: "detached" });
    await page.keyboard.press("Control+S");
    await page.waitForTimeout(1_000);
    const saved = await readFile(path.join(workbench().server.workspace, "study.mcqa.md"), "utf8");
    assert.match(saved, /<!-- medley:result runs=[^ ]+ cell=[0-9a-f]{16} -->/);
    await workbench().screenshot("notebook-result");
  });

  it("shows the saved table once the run folder is gone", async () => {
    await rm(path.join(workbench().server.workspace, "runs"), { recursive: true });
    const outputs = workbench().page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
    await outputs.getByText(/run folder .* is gone/).waitFor({ timeout: 20_000 });
    await outputs.getByRole("cell", { name: "tiny.gguf" }).first().waitFor();
    await workbench().screenshot("notebook-run-gone");
  });
});

describe("A notebook in an untrusted workspace", () => {
  const workbench = useWorkbench({ prepareWorkspace, askForTrust: true });

  it("opens, runs nothing, and offers to trust", async () => {
    const { page } = workbench();
    await page.getByText("Restricted Mode", { exact: true }).first().waitFor();
    await openStudy(workbench());
    await page.locator(".cell-list-container .code-cell-row .monaco-editor").first().click();
    await page.keyboard.press("Shift+Enter");
    const dialog = page.locator(".monaco-dialog-box", { hasText: /trust/i });
    await dialog.waitFor({ timeout: 20_000 });
    await workbench().screenshot("notebook-untrusted");
    await assert.rejects(readFile(path.join(workbench().server.workspace, "runs/.sha256"), "utf8"), /ENOENT/);
  });
});
