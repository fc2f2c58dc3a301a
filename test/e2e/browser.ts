import { existsSync } from "node:fs";
import path from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { repository, type CodeServer } from "./codeServer.ts";

/** Milliseconds. Tests wait for states; so long only, and far longer than it takes, for what never comes. */
const givenUpAfter = 300_000;
const browserNames = ["chromium", "chromium-browser", "google-chrome"];

/** The system's own browser, headless. @throws Error when there is none on the PATH */
export async function launchBrowser(): Promise<Browser> {
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  const candidates = browserNames.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  const executablePath = candidates.find((file) => existsSync(file));
  if (executablePath === undefined) throw new Error(`No browser found: looked for ${browserNames.join(", ")}.`);
  const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];
  // A browser looks up its maker's machines whatever it is told: it finds no machine but this one.
  const offline = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost";
  return chromium.launch({
    executablePath,
    // Root, as CI is, cannot use Chromium's sandbox; the only page it ever opens is our own server's.
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", offline, ...quiet],
  });
}

/** Pairs that the workbench reads from the address. */
type Payload = readonly (readonly [string, string])[];

/**
 * Address of a window that loads this repository as the extension under development.
 * @param options `installed`: the window loads what is installed in the server only
 */
export function workbenchAddress(server: CodeServer, options: { payload?: Payload; installed?: boolean } = {}): string {
  const development = ["extensionDevelopmentPath", `vscode-remote://${server.authority}${repository}`] as const;
  const pairs: Payload = [
    ...(options.installed === true ? [] : [development]),
    ["skipWelcome", "true"],
    ...(options.payload ?? []),
  ];
  const query = new URLSearchParams({ folder: server.workspace, payload: JSON.stringify(pairs) });
  return `http://${server.authority}/?${query.toString()}`;
}

export async function newPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(givenUpAfter);
  return context.newPage();
}

/** Saves a picture under test/e2e/screenshots. */
export async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(repository, "test/e2e/screenshots", `${name}.png`) });
}
