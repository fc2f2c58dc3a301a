import { writeFile } from "node:fs/promises";
import path from "node:path";
import { writeRandomCheckpoint } from "../../support/randomCheckpoint.ts";
import { useWorkbench } from "./workbench.ts";

const checkpoint = { layers: 4, hidden: 64, intermediate: 128, vocabulary: 300 };
const stack = `slices:
  - sources: [{ model: one, layer_range: [0, 3] }]
  - sources: [{ model: two, layer_range: [1, 4] }]
merge_method: passthrough
dtype: bfloat16
`;

describe("The preview of a merge", () => {
  const workbench = useWorkbench({
    async prepareWorkspace(folder) {
      await writeRandomCheckpoint(path.join(folder, "one"), checkpoint, 1);
      await writeRandomCheckpoint(path.join(folder, "two"), checkpoint, 2);
      await writeFile(path.join(folder, "stack.yml"), stack);
    },
  });
  const cell = (text: string) => workbench().preview().getByRole("cell", { name: text, exact: true });

  it("shows beside the configuration what each layer is made of", async () => {
    await workbench().openFile("stack.yml");
    await workbench().runCommand("Medley: Preview Merge Plan");
    await cell("layers 3 to 5").waitFor();
    await cell("two layers 1 to 3").waitFor();
    await workbench().screenshot("merge-plan");
  });

  it("keeps the last plan, and says so, while the document cannot be planned", async () => {
    const { page } = workbench();
    await page.locator(".tab", { hasText: "stack.yml" }).first().click();
    await page.locator(".view-line", { hasText: "passthrough" }).click();
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("name: [\n");
    await workbench().preview().getByText("the plan before the last changes").waitFor();
    await cell("layers 3 to 5").waitFor();
    await workbench().screenshot("merge-plan-broken");
  });
});
