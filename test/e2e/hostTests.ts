import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { build } from "esbuild";
import { launchBrowser, newPage, screenshot, workbenchAddress } from "./browser.ts";
import { CodeServer, repository } from "./codeServer.ts";

const source = path.join(repository, "test/e2e/host");
/** Tells what mocha prints from what the workbench logs, which comes the same way. */
const testOutputMark = "medley-test:";
const deadlineMilliseconds = 30 * 60_000;

/**
 * Runs test/e2e/host inside the extension host of a real VS Code, mocha included, and streams what it prints.
 * @param grep pattern of the titles to run, undefined for all
 * @param totalsFile receives the totals as JSON
 * @throws Error when the extension host does not finish in time, or ends without totals
 */
export async function runHostTests(totalsFile: string, grep?: string): Promise<void> {
  const environment = { MEDLEY_TEST_TOTALS: totalsFile, ...(grep !== undefined && { MEDLEY_TEST_GREP: grep }) };
  const server = await CodeServer.start({ environment });
  const browser = await launchBrowser();
  const workbenchLog: string[] = [];
  try {
    const index = await bundle(path.join(server.folder, "host"));
    const page = await newPage(browser);
    const finished = new Promise<number>((resolve, reject) => {
      const expose = async (): Promise<void> => {
        await page.exposeFunction("codeAutomationLog", (_level: string, args: unknown[]) => {
          if (args[0] === testOutputMark) console.log(...args.slice(1));
          else workbenchLog.push(args.join(" "));
        });
        await page.exposeFunction("codeAutomationExit", (code: number) => resolve(code));
        await page.goto(
          workbenchAddress(server, {
            payload: [["extensionTestsPath", `vscode-remote://${server.authority}${index}`]],
          }),
        );
      };
      expose().catch(reject);
    });
    const code = await Promise.race([finished, delay(deadlineMilliseconds, undefined, { ref: false })]);
    if (code !== 0) {
      await screenshot(page, "host-tests-failed");
      console.log(["", "The workbench's own log:", ...workbenchLog].join("\n"));
    }
    if (code === undefined) throw new Error(`The tests in the extension host did not finish within 30 minutes.`);
    if (!existsSync(totalsFile)) throw new Error(`The extension host ended with status ${code} before counting tests.`);
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** Bundles the tests as CommonJS, the form in which an extension host loads its tests. Returns the entry file. */
async function bundle(outdir: string): Promise<string> {
  const files = await readdir(source, { recursive: true });
  const entryPoints = files.filter((file) => file.endsWith(".ts")).map((file) => path.join(source, file));
  await build({
    entryPoints,
    outdir,
    outbase: source,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    external: ["vscode", "mocha"],
    define: { TEST_OUTPUT_MARK: JSON.stringify(testOutputMark) },
    sourcemap: "inline",
    logLevel: "warning",
  });
  return path.join(outdir, "index.cjs");
}
