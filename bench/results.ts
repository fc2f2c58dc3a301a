/**
 * What a page with the result of a large run waits for: the table from the summary (limit: 300 ms), and the items, first
 * with reading and then from memory, in the process that reads results.
 *
 * Usage: tsx bench/results.ts [--items N]
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import type { ItemFilter } from "../src/core/results/items.ts";
import { resultMethods } from "../src/node/results/protocol.ts";
import { readReport } from "../src/node/results/readReport.ts";
import { ServiceProcess } from "../src/node/service/serviceProcess.ts";
import { makeLargeRun } from "../test/support/largeRun.ts";

const { values: options } = parseArgs({ options: { items: { type: "string", default: "10000" } } });
const count = Number(options.items);
const tableLimit = 300;

async function timed(what: string, work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  const milliseconds = performance.now() - begin;
  console.log(`${what}: ${milliseconds.toFixed(1)} ms`);
  return milliseconds;
}

const folder = await mkdtemp(join(tmpdir(), "medley-bench-"));
const results = new ServiceProcess(() => undefined);
try {
  const run = await makeLargeRun(folder, count);
  console.log(`${count} items`);
  const report = () =>
    readReport(dirname(run), [basename(run)], () => Promise.reject(new Error("The summary was not used.")));
  const table = await timed("table, first time", report);
  await timed("table, again", report);
  const page = (outcome: ItemFilter["outcome"], search?: string) => () =>
    results.call(resultMethods.items, {
      folders: [run],
      query: { benchmark: "large.jsonl", filter: { outcome, search }, offset: 0, limit: 200 },
    });
  await timed("200 items, with the start of the process and reading", page("all"));
  await timed("200 items, again", page("all"));
  await timed("200 wrong items", page("wrong"));
  await timed("200 items of low confidence", page("lowConfidence"));
  await timed("200 items with a text", page("all", "number 99"));
  const name = { benchmark: "large.jsonl", item: `q-${count - 1}`, draw: 0 };
  await timed("one item", () => results.call(resultMethods.item, { folders: [run], name }));
  console.log(`table: ${(table / tableLimit).toFixed(2)} of the limit of ${tableLimit} ms`);
  if (table > tableLimit) process.exitCode = 1;
} finally {
  results.dispose();
  await rm(folder, { recursive: true });
}
