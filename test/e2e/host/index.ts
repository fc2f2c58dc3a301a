import { readdir } from "node:fs/promises";
import path from "node:path";
import { format } from "node:util";
import Mocha from "mocha";
import TotalsReporter from "../../../scripts/totalsReporter.mjs";

declare const TEST_OUTPUT_MARK: string;

/** What VS Code calls in the extension host: runs every bundled test beside this file. */
export async function run(): Promise<void> {
  Mocha.reporters.Base.consoleLog = (...args: unknown[]) => console.log(TEST_OUTPUT_MARK, format(...args));
  const mocha = new Mocha({
    timeout: 600_000,
    reporter: TotalsReporter,
    reporterOptions: { style: "spec" },
    color: false,
    // For a person who works on some of them.
    grep: process.env["MEDLEY_TEST_GREP"],
  });
  const files = await readdir(__dirname, { recursive: true });
  for (const file of files.filter((name) => name.endsWith(".test.cjs")).sort())
    mocha.addFile(path.join(__dirname, file));
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} tests failed.`);
}
