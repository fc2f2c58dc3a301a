import assert from "node:assert/strict";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { FrameLocator, Locator } from "playwright-core";
import { until } from "../../support/until.ts";
import { repository } from "../codeServer.ts";
import { repeat, useWorkbench, type Workbench } from "./workbench.ts";

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
  await writeFile(path.join(folder, "many.jsonl"), manyQuestions);
  await writeFile(path.join(folder, "long.mcqa.md"), long);
}

/** Enough questions to reload the window in. */
const manyQuestions = Array.from({ length: 12_000 }, (_, number) =>
  JSON.stringify({ question: `What is ${number} and one more?`, options: ["less", "more", "neither"], answer: "B" }),
).join("\n");

const long = `# A long one, and one that waits

\`\`\`mcqa
benchmark: many.jsonl
models: models/tiny.gguf
shots: 0
\`\`\`

\`\`\`mcqa
benchmark: sample
models: models/tiny.gguf
limit: 1
\`\`\`

\`\`\`mcqa
benchmark: mmlu-medical_genetics
models: models/tini.gguf
limit: 5
\`\`\`
`;

/** Opens a notebook as a person does, by its name. */
async function openNotebook(workbench: Workbench, name = "study.mcqa.md"): Promise<void> {
  await workbench.openFile(name);
  await workbench.page.locator(".notebook-editor .cell .monaco-editor").first().waitFor();
  await workbench.kernel();
}

/** Presses the button of a cell. */
async function runCell(cell: Locator): Promise<void> {
  // The cell in focus shows its button, wherever the pointer is when outputs above it grow.
  await cell.locator(".view-line").first().click();
  await cell.locator(".codicon-notebook-execute").click();
}

/** What stands under the cells. */
function outputsOf({ page }: Workbench): FrameLocator {
  return page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
}

describe("A notebook in the window", () => {
  /** What the mirror was asked for. */
  const asked: string[] = [];
  const mirror = createServer((request, response) => {
    asked.push(request.url!);
    const name = path.basename(request.url!);
    const file = createReadStream(path.join(repository, "test/fixtures/benchmarks/mmlu/whole", name));
    file.on("error", () => response.writeHead(404).end()).pipe(response);
  });
  // Not before a test of these is to run: a server that nobody closes would keep the process from ending.
  before(() => once(mirror.listen(0, "127.0.0.1"), "listening"));
  const address = (): string => `http://127.0.0.1:${(mirror.address() as AddressInfo).port}`;
  const workbench = useWorkbench(() => ({ prepareWorkspace, settings: { "medley.dataMirror": address() } }));
  after(() => mirror.close());

  before(() => openNotebook(workbench()));

  it("completes a key with its documentation", async () => {
    const { page } = workbench();
    await page.locator(".cell-list-container .code-cell-row .monaco-editor").last().click();
    await page.keyboard.press("Control+End");
    await page.keyboard.press("Enter");
    await page.keyboard.type("kv");
    const suggestions = page.locator(".suggest-widget.visible");
    await suggestions.getByText("kvCacheType").first().waitFor();
    await workbench().screenshot("notebook-completion");
    await page.keyboard.press("Escape");
  });

  it("runs a cell by the keyboard to a table, with model, protocol and n under the cell", async () => {
    const { page } = workbench();
    const status = page.locator(".cell-statusbar-container", { hasText: "tiny.gguf" }).first();
    for (const text of ["lm-eval, 1-shot", "n = 60", "Show Prompt"]) await status.getByText(text).waitFor();
    await page.locator(".cell-list-container .code-cell-row .monaco-editor").first().click();
    await page.keyboard.press("Shift+Enter");
    const outputs = outputsOf(workbench());
    await outputs.getByRole("cell", { name: "tiny.gguf" }).first().waitFor();
    // The table fills in while the run goes on.
    await page.locator(".cell-list-container .codicon-notebook-state-success").first().waitFor();
    await outputs.getByText("partial", { exact: true }).waitFor({ state: "detached" });
    await page.keyboard.press("Control+S");
    const file = path.join(workbench().server.workspace, "study.mcqa.md");
    await until("the saved result", async () =>
      /<!-- medley:result runs=[^ ]+ cell=[0-9a-f]{16} -->/.test(await readFile(file, "utf8")),
    );
    await workbench().screenshot("notebook-result");
  });

  it("shows the saved table once the run folder is gone", async () => {
    const runs = path.join(workbench().server.workspace, "runs");
    await rm(runs, { recursive: true });
    const outputs = outputsOf(workbench());
    await outputs.getByText(/run folder .* is gone/).waitFor();
    await outputs.getByRole("cell", { name: "tiny.gguf" }).first().waitFor();
    await workbench().screenshot("notebook-run-gone");
  });

  it("goes on with a cell after the window was reloaded, lets another one wait, and stops both", async () => {
    const { page } = workbench();
    // The window keeps the cells of notebooks that are open behind.
    await workbench().runCommand("View: Close All Editors");
    await openNotebook(workbench(), "long.mcqa.md");
    const cells = page.locator(".cell-list-container .code-cell-row");
    await runCell(cells.first());
    const progress = outputsOf(workbench()).getByText(/\d+\/12000 items.*accuracy so far/);
    await progress.waitFor();
    await page.keyboard.press("Control+S");
    await workbench().reloadWindow();
    await cells.first().waitFor();
    await progress.waitFor();

    await runCell(cells.nth(1));
    await page.locator(".cell-statusbar-container").getByText("Waits for cell 1 of long.mcqa.md").waitFor();
    await workbench().screenshot("notebook-waiting");

    await page.locator(".notebook-toolbar-container").getByText("Stop Execution").click();
    await outputsOf(workbench()).getByText("run the cell again to go on").waitFor();
    await page.getByText("Waits for cell 1").waitFor({ state: "detached" });
    assert.equal((await readdir(path.join(workbench().server.workspace, "runs"))).length, 2, "one run and the hashes");
  });

  it("corrects a model's path, fetches absent data from a mirror once it may, and evaluates it", async () => {
    const { page } = workbench();
    await openNotebook(workbench(), "long.mcqa.md");
    const cell = page.locator(".cell-list-container .code-cell-row").last();
    /** Waits for the list of fixes with this one in front. */
    const openFix = (line: number, title: string): Promise<void> =>
      repeat(
        async (patience) => {
          await cell.locator(".view-line").nth(line).click();
          await page.keyboard.press("End");
          await page.keyboard.press("Control+.");
          // The cell is checked a moment after it was edited.
          await page.locator(".action-widget .monaco-list-row.focused", { hasText: title }).waitFor(patience);
        },
        () => page.keyboard.press("Escape"),
      );
    await openFix(1, "Change to models/tiny.gguf");
    await page.keyboard.press("Enter");
    await cell.locator(".view-line", { hasText: "tiny.gguf" }).waitFor();
    await openFix(0, "Fetch the data of mmlu-medical_genetics");
    await workbench().screenshot("notebook-quick-fix");
    await page.keyboard.press("Enter");
    const consent = page.locator(".monaco-dialog-box", { hasText: "Download 1 file, 18.5 kB?" });
    await consent.getByText(/from 127\.0\.0\.1:\d+, licence MIT/).waitFor();
    await workbench().screenshot("notebook-fetch-consent");
    assert.deepEqual(asked, [], "asked before the user agreed");
    await consent.getByRole("button", { name: "Download" }).click();
    await page.getByText(/Fetched 1 file \(18.5 kB\)/).waitFor();
    assert.equal(asked.length, 1);
    await cell.locator(".squiggly-error").waitFor({ state: "detached" });
    await runCell(cell);
    await cell.locator(".codicon-notebook-state-success").waitFor();
  });
});

describe("A notebook in an untrusted workspace", () => {
  const workbench = useWorkbench({ prepareWorkspace, askForTrust: true });

  it("opens, runs nothing, and offers to trust", async () => {
    const { page } = workbench();
    await page.getByText("Restricted Mode", { exact: true }).first().waitFor();
    await openNotebook(workbench());
    await page.locator(".cell-list-container .code-cell-row .monaco-editor").first().click();
    await page.keyboard.press("Shift+Enter");
    const dialog = page.locator(".monaco-dialog-box", { hasText: /trust/i });
    await dialog.waitFor();
    await workbench().screenshot("notebook-untrusted");
    await assert.rejects(readFile(path.join(workbench().server.workspace, "runs/.sha256"), "utf8"), /ENOENT/);
  });
});
