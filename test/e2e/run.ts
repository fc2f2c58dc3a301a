// Runs the end-to-end tests: first those inside the extension host, then those that drive the window as a person would.
// With --grep PATTERN, only those whose titles it fits.
import { spawn } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { repository } from "./codeServer.ts";
import { runHostTests } from "./hostTests.ts";

const { grep } = parseArgs({ options: { grep: { type: "string" } } }).values;

interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

async function readTotals(file: string): Promise<Totals> {
  return JSON.parse(await readFile(file, "utf8")) as Totals;
}

async function hostTotals(file: string): Promise<Totals> {
  console.log("\nIn the extension host:");
  await runHostTests({ totalsFile: file, grep });
  return readTotals(file);
}

async function pageTotals(file: string): Promise<Totals> {
  console.log("\nThrough the window:");
  const child = spawn(
    path.join(repository, "node_modules/.bin/mocha"),
    [
      "--config",
      "test/e2e/page/.mocharc.json",
      "--reporter",
      "scripts/totalsReporter.mjs",
      "--reporter-option",
      "style=spec",
      ...(grep === undefined ? [] : ["--grep", grep]),
    ],
    { cwd: repository, env: { ...process.env, MEDLEY_TEST_TOTALS: file }, stdio: ["ignore", "inherit", "inherit"] },
  );
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  try {
    return await readTotals(file);
  } catch (cause) {
    throw new Error(`The tests through the window ended with status ${status} before they were counted.`, { cause });
  }
}

const totalsFile = process.env.MEDLEY_TEST_TOTALS ?? path.join(repository, "test/e2e/.work/totals.json");
const parts: Totals[] = [];
for (const part of [hostTotals, pageTotals]) {
  const partFile = `${totalsFile}.${part.name}`;
  try {
    parts.push(await part(partFile));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    parts.push({ passed: 0, failed: 1, skipped: 0 });
  } finally {
    await rm(partFile, { force: true });
  }
}
const sum = (key: keyof Totals): number => parts.reduce((total, part) => total + part[key], 0);
const totals: Totals = { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
await writeFile(totalsFile, JSON.stringify(totals));
process.exitCode = totals.failed === 0 ? 0 : 1;
