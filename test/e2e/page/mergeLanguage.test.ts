import assert from "node:assert/strict";
import { cp, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Locator } from "playwright-core";
import { unpackModels } from "../../support/mergeFixtures.ts";
import { useWorkbench, type Workbench } from "./workbench.ts";

const study = `merge_method: slerp
base_model: models/ft_a
slices:
  - sources:
      - model: models/ft_a
        layer_range: [0, 4]
      - model: models/ft_b
        layer_range: [0, 5]
parameters:
  t:
    - filter: self_attn
      value: [0, 0.5, 1]
    - value: 0.3
dtype: bf16
`;

const chain = `# two steps
name: first   # used below
merge_method: linear
models:
- model: models/ft_a
  parameters: { weight: 0.5 }
- model: models/ft_b
  parameters: { weight: 0.5 }
---
merge_method: slerp
base_model: first
models:
- model: first
- model: models/ft_b
parameters: {t: 0.5}
`;

async function prepareWorkspace(folder: string): Promise<void> {
  const models = path.join(await unpackModels(), "models");
  await mkdir(path.join(folder, "models"));
  for (const name of ["ft_a", "ft_b", "lora_a"])
    await cp(path.join(models, name), path.join(folder, "models", name), { recursive: true });
  await writeFile(path.join(folder, "slerp.yaml"), study);
  await writeFile(path.join(folder, "chain.merge.yml"), chain);
  await writeFile(path.join(folder, "new.merge.yml"), "");
  await writeFile(path.join(folder, "pipeline.yaml"), "services:\n  web:\n    image: web\n");
}

/** Puts the cursor at a place, counted from 1; a column beyond the line is its end. */
async function goTo({ page }: Workbench, line: number, column: number): Promise<void> {
  await page.keyboard.press("Control+G");
  const input = page.locator(".quick-input-widget input[type=text]");
  await input.fill(`:${line}:${column}`);
  await page.keyboard.press("Enter");
  await input.waitFor({ state: "hidden" });
}

/**
 * Waits until the extension has recognised the file in front. What it offers for such a file only, as a formatter, is
 * registered then, before the editor is told of the commands above it.
 */
async function recognised({ page }: Workbench, merges: string): Promise<void> {
  await page.locator(".codelens-decoration a", { hasText: merges }).waitFor();
}

/** Lines of the editor that hold a text. */
function lines({ page }: Workbench, text: string): Locator {
  // The editor draws blanks that do not break.
  const pattern = text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll(" ", "\\s");
  return page.locator(".view-line", { hasText: new RegExp(pattern) });
}

/** Waits until nothing fades in any more; a cursor blinks for ever. */
async function shown({ page }: Workbench): Promise<void> {
  await page.evaluate(async () => {
    const animations = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().iterations === 1);
    await Promise.allSettled(animations.map(({ finished }) => finished));
  });
}

async function foldAll({ page }: Workbench): Promise<void> {
  await page.keyboard.press("Control+K");
  await page.keyboard.press("Control+0");
}

async function unfoldAll({ page }: Workbench): Promise<void> {
  await page.keyboard.press("Control+K");
  await page.keyboard.press("Control+J");
}

describe("A merge configuration in the window", () => {
  const workbench = useWorkbench({ prepareWorkspace });

  before(() => workbench().openFile("slerp.yaml"));

  it("underlines what is wrong, by the models on disk", async () => {
    const { page } = workbench();
    await page.locator(".squiggly-error").first().waitFor();
    await workbench().runCommand("Problems: Focus on Problems View");
    const problems = page.locator(".markers-panel .monaco-list-row");
    await problems.filter({ hasText: "models/ft_b has 4 layers" }).waitFor();
    await problems.filter({ hasText: '"bf16" is not accepted' }).waitFor();
    await workbench().screenshot("merge-diagnostics");
    await page.keyboard.press("Control+J");
  });

  it("shows the value of a parameter in every layer", async () => {
    const { page } = workbench();
    await page.locator(".editor-instance .monaco-editor").first().click();
    await goTo(workbench(), 10, 4);
    await workbench().runCommand("Show or Focus Hover");
    const hover = page.locator(".monaco-hover", { hasText: "At these layers of the result" }).first();
    await hover.waitFor();
    assert.match(await hover.innerText(), /self_attn: 0 → 0\.67 → 1/u);
    await shown(workbench());
    await workbench().screenshot("merge-hover");
    await page.keyboard.press("Escape");
  });

  it("completes keys for the method, with their documentation", async () => {
    const { page } = workbench();
    await goTo(workbench(), 14, 100);
    await page.keyboard.press("Enter");
    await page.keyboard.type("tok");
    await page.locator(".suggest-widget").getByText("tokenizer_source").first().waitFor();
    await workbench().screenshot("merge-completion");
    await page.keyboard.press("Escape");
    for (let count = 0; count < 4; count++) await page.keyboard.press("Backspace");
  });

  it("puts a wrong value right with a quick fix", async () => {
    const { page } = workbench();
    await goTo(workbench(), 14, 9);
    await page.keyboard.press("Control+.");
    const widget = page.locator(".action-widget", { hasText: "Change to bfloat16" });
    await widget.waitFor();
    await workbench().screenshot("merge-quick-fix");
    await page.keyboard.press("Enter");
    await page.locator(".view-line", { hasText: /dtype:\s"?bfloat16/u }).waitFor();
  });

  it("lays a file out, with its comments", async () => {
    await workbench().openFile("chain.merge.yml");
    await recognised(workbench(), "Run 2 merges");
    await workbench().runCommand("Format Document");
    await lines(workbench(), "  - model: models/ft_a").waitFor();
    await lines(workbench(), "name: first # used below").waitFor();
    await lines(workbench(), "parameters: {weight: 0.5}").nth(1).waitFor();
    await foldAll(workbench());
    await lines(workbench(), "- model: models/ft_a").waitFor({ state: "hidden" });
    await unfoldAll(workbench());
    await lines(workbench(), "- model: models/ft_a").waitFor();
  });

  it("renames a merge wherever it is used", async () => {
    const { page } = workbench();
    await goTo(workbench(), 2, 8);
    await page.keyboard.press("F2");
    const input = page.locator(".rename-input");
    await input.waitFor();
    await input.fill("halfway");
    await page.keyboard.press("Enter");
    for (const line of ["base_model: halfway", "- model: halfway", "name: halfway # used below"])
      await lines(workbench(), line).waitFor();
  });

  it("lists the merges of a file and what they are made of", async () => {
    const { page } = workbench();
    await page.keyboard.press("Control+Shift+O");
    const entries = page.locator(".quick-input-list .monaco-list-row");
    await entries.filter({ hasText: "halfway" }).first().waitFor();
    await entries.filter({ hasText: "models/ft_a" }).first().waitFor();
    await workbench().screenshot("merge-symbols");
    await page.keyboard.press("Escape");
  });

  it("turns models into slices with the layers that they have", async () => {
    const { page } = workbench();
    await goTo(workbench(), 4, 3);
    await page.keyboard.press("Control+.");
    const widget = page.locator(".action-widget", { hasText: "Convert `models` to `slices`" });
    await widget.waitFor();
    await page.keyboard.press("Enter");
    await lines(workbench(), "layer_range: [0, 4]").nth(1).waitFor();
    await lines(workbench(), "- sources:").first().waitFor();
  });

  it("writes a merge from its suggestions: method, models with their parameters, checkpoints on disk", async () => {
    const { page } = workbench();
    await workbench().openFile("new.merge.yml");
    await page.locator(".editor-instance .monaco-editor").first().click();
    const suggestions = page.locator(".suggest-widget.visible .monaco-list-row");
    await page.keyboard.type("merge_method: ti");
    await suggestions.filter({ hasText: "ties" }).first().waitFor();
    await page.keyboard.press("Control+Space");
    await page.locator(".suggest-details").getByText("Use it for several fine-tunes").waitFor();
    await shown(workbench());
    await workbench().screenshot("merge-completion-methods");
    await page.keyboard.press("Tab");
    await lines(workbench(), "merge_method: ties").waitFor();
    await page.keyboard.press("Enter");
    await page.keyboard.type("mod");
    await suggestions.filter({ hasText: "models" }).first().waitFor();
    await page.keyboard.press("Tab");
    await lines(workbench(), "density: 0.5").nth(1).waitFor();
    await page.keyboard.press("Control+Space");
    await suggestions.filter({ hasText: "models/ft_a" }).first().waitFor();
    await workbench().screenshot("merge-completion-models");
    await page.keyboard.press("Tab");
    await lines(workbench(), "- model: models/ft_a").waitFor();
  });

  it("says where a model was looked for that is not on this machine", async () => {
    const { page } = workbench();
    await goTo(workbench(), 7, 100);
    await page.keyboard.type("acme/none-7B");
    await page.keyboard.press("Escape");
    await page.locator(".editor-instance .squiggly-info").first().waitFor();
    await page.keyboard.press("Control+.");
    await page.locator(".action-widget", { hasText: "Show where acme/none-7B was looked for" }).waitFor();
    await page.keyboard.press("Enter");
    const dialog = page.locator(".monaco-dialog-box", { hasText: "models--acme--none-7B" });
    await dialog.waitFor();
    await workbench().screenshot("merge-model-places");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
  });

  it("leaves a file alone for which it is switched off, and helps again", async () => {
    const { page } = workbench();
    const underlined = page.locator(".editor-instance .squiggly-error").first();
    await underlined.waitFor();
    await page.locator('[id="status.languageStatus"]').hover();
    await page.getByText("Medley: merge configuration").first().waitFor();
    await workbench().screenshot("merge-language-status");
    await workbench().runCommand("Switch Off Help With This Merge Configuration");
    await underlined.waitFor({ state: "detached" });
    await workbench().runCommand("Switch On Help With This Merge Configuration");
    await underlined.waitFor();
  });

  it("leaves other YAML alone", async () => {
    const { page } = workbench();
    await workbench().openFile("pipeline.yaml");
    await lines(workbench(), "image: web").waitFor();
    await goTo(workbench(), 2, 4);
    await workbench().runCommand("Format Document");
    await page.getByText("There is no formatter for 'yaml' files installed").first().waitFor();
    await page.keyboard.press("Escape");
    await foldAll(workbench());
    await lines(workbench(), "image: web").waitFor({ state: "hidden" });
    await unfoldAll(workbench());
    await page.keyboard.press("F2");
    assert.equal(await page.locator(".monaco-editor-overlaymessage").count(), 0);
    assert.equal(await page.locator(".editor-instance .squiggly-error").count(), 0);
  });
});
