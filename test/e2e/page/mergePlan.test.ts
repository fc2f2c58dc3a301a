import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { writeRandomCheckpoint } from "../../support/randomCheckpoint.ts";
import { useWorkbench } from "./workbench.ts";

const checkpoint = { layers: 16, hidden: 64, intermediate: 128, vocabulary: 300 };
const stack = `slices:
  - sources: [{ model: models/one, layer_range: [0, 12] }]
  - sources: [{ model: models/two, layer_range: [4, 16] }]
merge_method: passthrough
dtype: bfloat16
`;
const chain = `name: blend
merge_method: slerp
base_model: models/one
slices:
  - sources:
      - { model: models/one, layer_range: [0, 16] }
      - { model: models/two, layer_range: [0, 16] }
parameters:
  t:
    - filter: self_attn
      value: [0, 0.5, 0.3, 0.7, 1]
    - filter: mlp
      value: [1, 0.5, 0.7, 0.3, 0]
    - value: 0.5
dtype: bfloat16
---
merge_method: ties
base_model: models/one
models:
  - model: blend
    parameters: { weight: 0.6, density: [0.2, 0.8] }
  - model: models/two
    parameters: { weight: 0.4, density: 0.5 }
dtype: bfloat16
`;

describe("The plan of a merge", () => {
  const workbench = useWorkbench({
    async prepareWorkspace(folder) {
      await writeRandomCheckpoint(path.join(folder, "models/one"), checkpoint, 1);
      await writeRandomCheckpoint(path.join(folder, "models/two"), checkpoint, 2);
      await writeFile(path.join(folder, "stack.yml"), stack);
      await writeFile(path.join(folder, "chain.yml"), chain);
      await writeFile(path.join(folder, "absent.yml"), stack.replaceAll("models/", "hub/"));
    },
  });
  const panel = () => workbench().preview();
  const block = (name: string) => panel().getByRole("option", { name });

  it("shows beside the configuration what each layer is made of", async () => {
    await workbench().openFile("stack.yml");
    await workbench().runCommand("Medley: Preview Merge Plan");
    await block("Layer 11 of the result; one, its layer 11").waitFor();
    await block("Layer 12 of the result; two, its layer 4").waitFor();
    await panel().getByText("1.02M").waitFor();
    await workbench().screenshot("merge-plan");
  });

  it("goes from a layer to its place in the file, by keys too", async () => {
    const { page } = workbench();
    await block("Layer 20 of the result").click();
    await page.locator(".active-line-number", { hasText: "3" }).waitFor();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.locator(".active-line-number", { hasText: "2" }).waitFor();
    await panel().getByText("Layer 0 of the result").waitFor();
  });

  it("follows the document while it is written, and keeps the last plan while it is broken", async () => {
    const { page } = workbench();
    await page.locator(".view-line", { hasText: "passthrough" }).click();
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("name: [\n");
    await panel().getByText("the plan before the last changes").waitFor();
    await block("Layer 12 of the result; two, its layer 4").waitFor();
    await workbench().screenshot("merge-plan-broken");
    for (let count = 0; count < 6; count++) await page.keyboard.press("Control+Z");
    await panel().getByText("the plan before the last changes").waitFor({ state: "detached" });
  });

  it("follows the file in front, with a choice where it holds several merges", async () => {
    await workbench().openFile("chain.yml");
    await block("Layer 8 of the result; one, its layer 8").waitFor();
    await workbench().screenshot("merge-plan-ties");
    await panel().getByRole("combobox", { name: "Merge of the file" }).click();
    await panel().getByRole("option", { name: "blend", exact: true }).click();
    await panel()
      .getByRole("option", { name: /two, its layer 15.*% of the weight/ })
      .waitFor();
    await workbench().screenshot("merge-plan-slerp");
    await panel().getByRole("tab", { name: "Parameters" }).click();
    await panel().getByRole("img", { name: "t over the layers of the result" }).waitFor();
    await workbench().screenshot("merge-plan-parameters");
  });

  it("lists every tensor, and finds some", async () => {
    await panel().getByRole("tab", { name: "Tensors" }).click();
    await panel().getByText("147 tensors", { exact: true }).waitFor();
    await panel().locator("medley-text-field input").fill("layers.3. mlp");
    await panel().getByText("3 of 147 tensors").waitFor();
    await workbench().screenshot("merge-plan-tensors");
    await panel().getByRole("tab", { name: "Details" }).click();
    await workbench().screenshot("merge-plan-details");
  });

  it("is readable in dark and in contrasting themes", async () => {
    const { page, server } = workbench();
    await panel().getByRole("tab", { name: "Layers" }).click();
    for (const [theme, kind] of Object.entries({
      "Default Dark Modern": "vs-dark",
      "Default High Contrast": "hc-black",
    })) {
      await mkdir(path.join(server.workspace, ".vscode"), { recursive: true });
      const settings = JSON.stringify({ "workbench.colorTheme": theme });
      await writeFile(path.join(server.workspace, ".vscode/settings.json"), settings);
      await page.locator(`.monaco-workbench.${kind}`).waitFor();
      await workbench().screenshot(`merge-plan-${kind}`);
    }
  });

  it("sketches what the configuration alone tells when models are missing", async () => {
    await workbench().openFile("absent.yml");
    await panel().getByText("Not on this machine:").waitFor();
    await panel().getByRole("tab", { name: "Layers" }).click();
    await block("Layer 12 of the result; two, its layer 4").waitFor();
    await workbench().screenshot("merge-plan-sketch");
  });

  it("is there again after the window was reloaded", async () => {
    await workbench().reloadWindow();
    await panel().getByRole("heading", { name: "absent.yml" }).waitFor();
    assert.doesNotMatch(await workbench().extensionLog(), /\[error\]/);
  });
});
