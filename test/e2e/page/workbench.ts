import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { errors, type Browser, type FrameLocator, type Page } from "playwright-core";
import { launchBrowser, newPage, screenshot, workbenchAddress } from "../browser.ts";
import { CodeServer, type CodeServerOptions } from "../codeServer.ts";

/** A window of a real VS Code with the extension loaded, and the few gestures that the tests share. */
export class Workbench {
  private constructor(
    readonly server: CodeServer,
    private readonly browser: Browser,
    readonly page: Page,
  ) {}

  /** Starts the server and the browser, and waits until the window is drawn. */
  static async open(options: CodeServerOptions = {}): Promise<Workbench> {
    const server = await CodeServer.start(options);
    let browser: Browser | undefined;
    try {
      browser = await launchBrowser();
      const page = await newPage(browser);
      await page.goto(workbenchAddress(server, { installed: options.extensionPackage !== undefined }));
      await page.locator(".monaco-workbench .statusbar").waitFor();
      return new Workbench(server, browser, page);
    } catch (error) {
      await browser?.close();
      await server.stop();
      throw error;
    }
  }

  /** Runs a command by its title, as a person does: F1, type, Enter. Waits until its extension has been found. */
  async runCommand(title: string): Promise<void> {
    await this.choose("F1", `>${title}`, title);
  }

  /** Opens a list by a key, types, and takes the entry once it is the one in front. */
  private async choose(key: string, text: string, wanted: string): Promise<void> {
    const { page } = this;
    await repeat(
      async (patience) => {
        await page.keyboard.press(key);
        // What was done before may take the focus, which closes the list.
        await page.locator(".quick-input-widget input[type=text]").fill(text, patience);
        await page.locator(".quick-input-list .monaco-list-row.focused", { hasText: wanted }).waitFor(patience);
      },
      () => page.keyboard.press("Escape"),
    );
    await page.keyboard.press("Enter");
  }

  /** Starts the window anew, as a person does: unlike the browser's own reload, it keeps what was shown last. */
  async reloadWindow(): Promise<void> {
    const reloaded = this.page.waitForEvent("load");
    await this.runCommand("Developer: Reload Window");
    await reloaded;
    await this.page.locator(".monaco-workbench .statusbar").waitFor();
  }

  /** Opens a file of the workspace by its name. */
  async openFile(name: string): Promise<void> {
    await this.choose("Control+P", name, name);
    await this.page.locator(".tab.active", { hasText: name }).waitFor();
  }

  /** Waits until the notebook in front has found what runs its cells. */
  kernel(): Promise<void> {
    return this.page.locator(".notebook-toolbar-container .kernel-label", { hasText: "Medley" }).waitFor();
  }

  /** Picks the entry with this label in the list that a command shows. */
  async pick(label: string): Promise<void> {
    const name = this.page.locator(".quick-input-list .monaco-list-row .label-name", { hasText: label });
    await repeat(async (patience) => {
      // What is typed into the list before, which is about to go, is gone with it.
      await this.page.locator(".quick-input-widget input[type=text]").fill(label, patience);
      await name.first().click(patience);
    });
  }

  /** Answers the input box that asks this. */
  async answer(prompt: string, text: string): Promise<void> {
    const widget = this.page.locator(".quick-input-widget", { hasText: prompt });
    await widget.locator("input[type=text]").fill(text);
    await this.page.keyboard.press("Enter");
    // It checks the answer first; what comes too early would take its place.
    await widget.waitFor({ state: "hidden" });
  }

  /** The content of the Markdown preview, which is a page in a page in a page. */
  preview(): FrameLocator {
    return this.page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
  }

  /** What the extension has logged so far. */
  async extensionLog(): Promise<string> {
    const logs = path.join(this.server.folder, "user/logs");
    const files = await readdir(logs, { recursive: true }).catch(() => []);
    const file = files.find((name) => path.basename(name).endsWith("Medley.log"));
    return file === undefined ? "" : readFile(path.join(logs, file), "utf8");
  }

  screenshot(name: string): Promise<void> {
    return screenshot(this.page, name);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
  }
}

/**
 * Repeats gestures whose effect may fail to come about: what was done before takes the focus from them a moment later, or
 * what they are meant for does not listen yet. Each attempt waits longer for the effect than the one before.
 * @param between what is done before another attempt
 */
export async function repeat(
  attempt: (patience: { readonly timeout: number }) => Promise<void>,
  between: () => Promise<void> = async () => {},
): Promise<void> {
  for (let count = 1; ; count++) {
    try {
      return await attempt({ timeout: 3_000 * count });
    } catch (error) {
      if (!(error instanceof errors.TimeoutError) || count === 8) throw error;
      await between();
    }
  }
}

/** Opens a window before the tests of this `describe` and closes it after them; a failing test leaves a picture and the log. */
export function useWorkbench(options: CodeServerOptions | (() => CodeServerOptions) = {}): () => Workbench {
  let workbench: Workbench | undefined;
  before(async () => {
    workbench = await Workbench.open(typeof options === "function" ? options() : options);
  });
  afterEach(async function () {
    const test = this.currentTest;
    if (test?.state !== "failed" || workbench === undefined) return;
    await workbench.screenshot(`failed-${test.fullTitle().replace(/\W+/g, "-")}`);
    console.log(`The extension's log:\n${await workbench.extensionLog()}`);
  });
  after(() => workbench?.close());
  return () => {
    if (workbench === undefined) throw new Error("The window is open only while the tests run.");
    return workbench;
  };
}
