import { useWorkbench } from "./workbench.ts";

describe("The command palette", () => {
  const workbench = useWorkbench();

  it("opens Medley's log", async () => {
    await workbench().runCommand("Medley: Show Log");
    // The editor draws blanks as no-break spaces.
    await workbench()
      .page.locator(".view-line", { hasText: /Medley\s\d+\.\d+\.\d+\son/ })
      .waitFor();
    await workbench().screenshot("log");
  });
});
