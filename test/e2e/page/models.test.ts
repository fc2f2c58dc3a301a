import assert from "node:assert/strict";
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Locator } from "playwright-core";
import { cli } from "../../support/cli.ts";
import { splitModel, writeParts } from "../../support/splitModel.ts";
import { repository } from "../codeServer.ts";
import { until } from "../../support/until.ts";
import { useWorkbench } from "./workbench.ts";

const sample = path.join(repository, "samples/models/stories260k.f32.gguf");

describe("The Models view", () => {
  const workbench = useWorkbench({
    async prepareWorkspace(folder) {
      // Settings of the machine are kept apart from the user's where the machine is a remote one.
      const machine = path.join(folder, "../user/Machine");
      await mkdir(machine, { recursive: true });
      const settings = { "medley.modelFolders": ["~/models", "~/absent"], "medley.gpu": "none", "medley.threads": 1 };
      await writeFile(path.join(machine, "settings.json"), JSON.stringify(settings));
      const models = path.join(folder, "../home/models");
      await mkdir(path.join(models, "small"), { recursive: true });
      await copyFile(sample, path.join(models, "small/tiny.gguf"));
      await writeFile(path.join(models, "broken.gguf"), "<!DOCTYPE html>");
      await writeFile(path.join(models, "split-00001-of-00002.gguf"), "");
      await writeParts(path.join(models, "small/whole"), await splitModel(sample, 3));
      await copyFile(sample, path.join(folder, "study.gguf"));
      await writeFile(path.join(folder, "cell.mcqa.md"), "```mcqa\nbenchmark: sample\nmodels: \n```\n");
    },
  });

  const page = (): ReturnType<typeof workbench>["page"] => workbench().page;
  const tree = (): Locator => page().locator(".pane", { has: page().getByLabel("Models Section") });
  const row = (text: string | RegExp): Locator => tree().getByRole("treeitem", { name: text });
  const status = (text: string | RegExp): Locator => page().locator(".statusbar-item", { hasText: text });

  before(async () => {
    await workbench().runCommand("Medley: Focus on Models View");
    await row(/^study/).waitFor();
    // Wide enough for all that stands beside a name.
    await page().mouse.move(350, 600);
    await page().mouse.down();
    await page().mouse.move(760, 600, { steps: 5 });
    await page().mouse.up();
  });

  it("lists models by folder with what their headers say, and what cannot be used with the reason", async () => {
    await row(/^study, 260K parameters, F32, 1\.05 MB, fits, llama, context 512$/).waitFor();
    await row(/^tiny, 260K parameters, .*, small$/).waitFor();
    await row(/^broken, This is not a GGUF file/).waitFor();
    await row(/^split, 1 of its 2 parts is missing: split-00002-of-00002\.gguf/).waitFor();
    await row(/^absent, The folder does not exist\.$/).waitFor();
  });

  it("is legible in dark and high-contrast themes", async () => {
    for (const [theme, look, name] of [
      ["Dark Modern", "vs-dark", "dark"],
      ["Dark High Contrast", "hc-black", "high-contrast"],
      ["Light Modern", "vs", "light"],
    ] as const) {
      await page().keyboard.press("Control+K");
      await page().keyboard.press("Control+T");
      const input = page().locator(".quick-input-widget input[type=text]");
      await input.fill(theme);
      await page().locator(".quick-input-list .monaco-list-row.focused", { hasText: theme }).waitFor();
      await page().keyboard.press("Enter");
      await page().locator(`.monaco-workbench.${look}`).waitFor();
      await row(/^study/).hover();
      await workbench().screenshot(`models-${name}`);
    }
  });

  it("loads a model and frees it, and says so in the status bar", async () => {
    await row(/^study/).hover();
    await row(/^study/)
      .getByRole("button", { name: "Load Model" })
      .click();
    await row(/^study, loaded/).waitFor();
    await status(/study · loaded/).waitFor();
    await workbench().screenshot("models-loaded");
    await workbench().runCommand("Medley: Unload Model");
    await workbench().pick("study");
    await row(/^study, 260K/).waitFor();
    await status(/study/).waitFor({ state: "detached" });
  });

  it("shows a file that appears", async () => {
    await copyFile(sample, path.join(workbench().server.workspace, "another.gguf"));
    await row(/^another, 260K/).waitFor();
  });

  it("copies the path of the model that is picked", async () => {
    await page().context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await row(/^tiny/).click();
    await page().keyboard.press("Control+C");
    await page().getByText("The path is on the clipboard.").waitFor();
    const copied = String(await page().evaluate("navigator.clipboard.readText()"));
    assert.match(copied, /home\/models\/small\/tiny\.gguf$/);
  });

  it("shows a model in parts as one, loads it, and acts on it by its first part", async () => {
    const whole = row(/^whole/);
    await row(/^whole, 260K parameters, F32, 1\.\d+ MB, fits, llama, context 512, small$/).waitFor();
    assert.equal(await whole.count(), 1);
    await whole.hover();
    await page().getByText("in 3 files").waitFor();
    await workbench().screenshot("models-parts");
    await whole.getByRole("button", { name: "Load Model" }).click();
    await row(/^whole, loaded/).waitFor();
    await status(/whole · loaded/).waitFor();
    await whole.click();
    await page().keyboard.press("Control+C");
    await until("its first part on the clipboard", async () =>
      /small\/whole-00001-of-00003\.gguf$/.test(String(await page().evaluate("navigator.clipboard.readText()"))),
    );
    await whole.hover();
    await whole.getByRole("button", { name: "Unload Model" }).click();
    await row(/^whole, 260K/).waitFor();
    await rm(path.join(workbench().server.workspace, "../home/models/small/whole-00002-of-00003.gguf"));
    await row(/^whole, 1 of its 3 parts is missing: whole-00002-of-00003\.gguf/).waitFor();
  });

  it("evaluates the model that it is asked for", async () => {
    await row(/^tiny/).hover();
    await row(/^tiny/).getByRole("button", { name: "Evaluate Model…" }).click();
    await workbench().pick("sample-medqa-4");
    await page().locator(".quick-input-list .monaco-list-row", { hasText: "biomistral" }).waitFor();
    await page().keyboard.press("Escape");
  });

  it("offers models of all folders in a cell, with what tells them apart", async () => {
    await workbench().openFile("cell.mcqa.md");
    await page().locator(".cell-list-container .code-cell-row .monaco-editor").first().click();
    await page().keyboard.press("Control+End");
    await page().keyboard.press("Control+Space");
    const suggestions = page().locator(".suggest-widget .monaco-list-row");
    await suggestions.filter({ hasText: /tiny\.gguf.*260K · F32 · ~\/models\/small/ }).waitFor();
    await suggestions.filter({ hasText: /study\.gguf.*260K · F32/ }).waitFor();
    await workbench().screenshot("models-completion");
    await page().keyboard.press("Escape");
  });

  it("shows in the list and in the status bar which model an evaluation uses, and how fast it is", async () => {
    const args = ["eval", "--model", "study.gguf", "--gpu", "none", "--threads", "1", "--detach"];
    const { code, stderr } = await cli([...args, "--benchmark", "sample", "--shots", "1", "--limit", "20"], {
      cwd: workbench().server.workspace,
    });
    assert.equal(code, 0, stderr);
    await status(/study · \d+ % · \d+ tokens\/s/).waitFor();
    await row(/^study, in use by sample · study\.gguf/).waitFor();
    await workbench().screenshot("models-in-use");
    await status(/study/).click();
    await page().locator(".tab.active", { hasText: "study.gguf" }).waitFor();
    await status(/study/).waitFor({ state: "detached" });
  });

  it("offers a way on where there is no model", async () => {
    for (const name of ["models", "absent"]) {
      const folder = row(new RegExp(`^${name}`));
      await folder.hover();
      await folder.getByRole("button", { name: "Remove Folder From Settings" }).click();
      await folder.waitFor({ state: "detached" });
    }
    const { workspace } = workbench().server;
    for (const name of ["study.gguf", "another.gguf"]) await rm(path.join(workspace, name));
    await tree().getByText("There is no GGUF model in the open folders.").waitFor();
    await workbench().screenshot("models-none");
    await tree().getByRole("button", { name: "Add Model Folder…" }).last().click();
    const input = page().locator(".quick-input-widget input[type=text]");
    await input.fill(path.join(workspace, "../home/models/"));
    await page().locator(".quick-input-list .monaco-list-row", { hasText: "small" }).waitFor();
    await page().locator(".quick-input-widget").getByRole("button", { name: "Add Model Folder" }).click();
    await row(/^tiny, 260K/).waitFor();
  });
});
