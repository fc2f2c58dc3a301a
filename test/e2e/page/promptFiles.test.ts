import { writeFile } from "node:fs/promises";
import path from "node:path";
import { useWorkbench } from "./workbench.ts";

const prompt = `messages:
  - role: user
    content: Summarize {{inptu}}
testData:
  - input: Fever for 3 days.
`;

describe("A prompt file in the window", () => {
  const workbench = useWorkbench({
    prepareWorkspace: (folder) => writeFile(path.join(folder, "note.prompt.yml"), prompt),
  });

  it("marks a variable without a value, and puts it right", async () => {
    const { page } = workbench();
    await workbench().openFile("note.prompt.yml");
    await page.locator(".squiggly-error").first().waitFor();
    await workbench().runCommand("Go to Next Problem (Error, Warning, Info)");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+.");
    await page.locator(".action-widget", { hasText: "Change to input" }).waitFor();
    await page.keyboard.press("Enter");
    await page.locator(".view-line", { hasText: "{{input}}" }).waitFor();
    await page.locator(".squiggly-error").first().waitFor({ state: "hidden" });
  });

  it("shows the values of a variable, and lists the parts of the file", async () => {
    const { page } = workbench();
    await workbench().runCommand("Show or Focus Hover");
    await page.locator(".monaco-hover", { hasText: "Fever for 3 days." }).first().waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+Shift+O");
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "testData" }).first().waitFor();
    await page.keyboard.press("Escape");
  });
});
