// Takes the pictures of the walkthrough, media/walkthrough/*.png, in a real VS Code. Run with: npm run pictures
import { mkdir, cp } from "node:fs/promises";
import path from "node:path";
import { repository } from "./codeServer.ts";
import { Workbench } from "./page/workbench.ts";

const themes = { light: "Default Light Modern", dark: "Default Dark Modern" };
const folder = path.join(repository, "media/walkthrough");
const window = { width: 1000, height: 660 };

for (const [variant, theme] of Object.entries(themes)) {
  const workbench = await Workbench.open({
    settings: {
      "workbench.colorTheme": theme,
      "workbench.layoutControl.enabled": false,
      "workbench.activityBar.location": "top",
      "breadcrumbs.enabled": false,
    },
    prepareWorkspace: (workspace) => cp(path.join(repository, "samples"), workspace, { recursive: true }),
  });
  try {
    await workbench.page.setViewportSize(window);
    await takePictures(workbench, async (step) => {
      await workbench.page.mouse.move(0, 0);
      // Tooltips fade.
      await workbench.page.waitForTimeout(1_000);
      await workbench.page.screenshot({ path: path.join(folder, `${step}-${variant}.png`) });
    });
  } catch (error) {
    await workbench.screenshot("failed-pictures");
    throw error;
  } finally {
    await workbench.close();
  }
}

/** Goes the way of the walkthrough, from an open folder to a result, and takes a picture at each step. */
async function takePictures(workbench: Workbench, take: (step: string) => Promise<void>): Promise<void> {
  const { page } = workbench;
  await mkdir(folder, { recursive: true });

  await workbench.openFile("sample.mcqa.md");
  await page.locator(".notebook-editor .cell .monaco-editor").first().waitFor({ timeout: 60_000 });
  await workbench.runCommand("Medley: Focus on Models View");
  await page
    .getByRole("treeitem", { name: /stories260k/ })
    .first()
    .waitFor();
  await take("models");
  await workbench.runCommand("View: Toggle Primary Side Bar Visibility");
  await take("sample");

  await page.locator(".code-cell-row .monaco-editor").first().click();
  // The cell after it comes into view, and with it all of this one.
  for (const key of ["Escape", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp", "Enter"]) {
    await page.keyboard.press(key);
    await page.waitForTimeout(300);
  }
  for (const key of ["Control+Home", "ArrowDown", "ArrowDown"]) await page.keyboard.press(key);
  await page.keyboard.press("End");
  for (let letter = 0; letter < "lm-eval".length; letter++) await page.keyboard.press("Backspace");
  await page.keyboard.press("Control+Space");
  await page.locator(".suggest-widget").getByText("biomistral").first().waitFor();
  await take("cell");
  await page.keyboard.press("Escape");
  await page.keyboard.type("lm-eval");

  await page.locator(".cell-statusbar-container").getByText("Show Prompt").first().click();
  await page.locator(".tab.active", { hasText: "medqa-test-0" }).waitFor({ timeout: 60_000 });
  await take("prompt");

  await workbench.runCommand("View: Close All Editors");
  await workbench.runCommand("Medley: Run Sample");
  await workbench.preview().getByRole("tab", { name: "Charts" }).waitFor({ timeout: 60_000 });
  await page.locator(".codicon-notebook-state-success").first().waitFor({ timeout: 60_000 });
  await take("run");
}
