import { copyFile } from "node:fs/promises";
import path from "node:path";
import { repository } from "../codeServer.ts";
import { useWorkbench } from "./workbench.ts";

describe("Commands above a merge configuration", () => {
  const workbench = useWorkbench({
    prepareWorkspace: (folder) =>
      copyFile(
        path.join(repository, "test/fixtures/merge/realWorld/01-biomedical-slerp.yml"),
        path.join(folder, "slerp.yml"),
      ),
  });

  it("run it, preview it and evaluate its result", async () => {
    const { page } = workbench();
    await page.keyboard.press("Control+P");
    await page.locator(".quick-input-widget input[type=text]").fill("slerp.yml");
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "slerp.yml" }).first().waitFor();
    await page.keyboard.press("Enter");
    for (const title of ["Run merge", "Preview", "Run with mergekit", "Evaluate result"])
      await page.locator(".codelens-decoration", { hasText: title }).first().waitFor({ timeout: 30_000 });
    await workbench().screenshot("merge-codelens");
  });
});
