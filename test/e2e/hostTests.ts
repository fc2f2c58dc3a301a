import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { build } from "esbuild";
import { launchBrowser, newPage, screenshot, workbenchAddress } from "./browser.ts";
import { CodeServer, repository } from "./codeServer.ts";

/** The entry of the extension host, with the tests that are run there. */
const host = path.join(repository, "test/e2e/host");
/** Tells what mocha prints from what the workbench logs, which comes the same way. */
const testOutputMark = "medley-test:";
const deadlineMilliseconds = 30 * 60_000;

export interface HostTests {
  /** Receives the totals as JSON. */
  readonly totalsFile: string;
  /** Pattern of the titles to run; all without it. */
  readonly grep?: string;
  /** Folder of the tests, in place of test/e2e/host. */
  readonly source?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Runs tests inside the extension host of a real VS Code, mocha included, and streams what it prints.
 * @throws Error when the extension host does not finish in time, or ends without totals
 */
export async function runHostTests({ totalsFile, grep, source = host, environment: more }: HostTests): Promise<void> {
  const environment = {
    ...more,
    MEDLEY_TEST_TOTALS: totalsFile,
    ...(grep !== undefined && { MEDLEY_TEST_GREP: grep }),
  };
  const server = await CodeServer.start({ environment });
  const browser = await launchBrowser();
  const workbenchLog: string[] = [];
  try {
    const index = await bundle(source, path.join(server.folder, "host"));
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
async function bundle(source: string, outdir: string): Promise<string> {
  const files = (await readdir(source, { recursive: true })).filter((file) => file.endsWith(".test.ts"));
  const tests = files.map((file) => ({ in: path.join(source, file), out: file.slice(0, -".ts".length) }));
  await build({
    entryPoints: [{ in: path.join(host, "index.ts"), out: "index" }, ...tests],
    outdir,
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
