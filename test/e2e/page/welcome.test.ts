import { useWorkbench } from "./workbench.ts";

describe("Medley: Get Started", () => {
  const workbench = useWorkbench();

  it("leads in five steps with pictures to a first result on the sample", async () => {
    const { page } = workbench();
    await workbench().runCommand("View: Toggle Primary Side Bar Visibility");
    await workbench().runCommand("Medley: Get Started");
    const steps = page.locator(".getting-started-step");
    await steps.nth(4).waitFor();
    for (const name of ["sample", "models", "cell", "prompt", "run"]) {
      const step = page.locator(`.getting-started-step[data-step-id$="start#${name}"]`);
      await step.click();
      const picture = page.locator(".getting-started-media img").first();
      await picture.waitFor();
      // A picture that is not in the package has no size.
      await page.waitForFunction(
        (image) => (image as HTMLImageElement).naturalWidth > 0,
        await picture.elementHandle(),
      );
      if (name === "sample") await workbench().screenshot("walkthrough");
    }
    await page.getByRole("button", { name: "Run Sample" }).click();
    const renderer = page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
    await renderer
      .getByRole("row", { name: /sample-medqa-4/ })
      .first()
      .waitFor();
    await workbench().screenshot("walkthrough-result");
  });
});
