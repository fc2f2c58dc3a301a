/**
 * What a page with the result of a large run waits for: the table from the summary (limit: 300 ms), and the items, first
 * with reading and then from memory, in the process that reads results.
 *
 * Usage: tsx bench/results.ts [--items N]
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { EvaluationSummarizer } from "../src/core/evaluation/summary/evaluationSummarizer.ts";
import type { ItemFilter } from "../src/core/results/items.ts";
import type { ItemRecord } from "../src/core/runs/itemRecord.ts";
import { prepareEvaluations } from "../src/node/evaluation/prepareEvaluation.ts";
import { resultMethods } from "../src/node/results/protocol.ts";
import { readReport } from "../src/node/results/readReport.ts";
import { ResultsProcess } from "../src/node/results/resultsProcess.ts";
import { createRun, readManifest, writeManifest } from "../src/node/runs/runFolder.ts";
import { sampleModel } from "../test/node/evaluation/evaluationFixture.ts";

const { values: options } = parseArgs({ options: { items: { type: "string", default: "10000" } } });
const count = Number(options.items);
const tableLimit = 300;

/** A finished run of as many own questions of usual length, with answers that follow from their numbers. */
async function makeRun(folder: string): Promise<string> {
  const questions = Array.from({ length: count }, (_, index) => ({
    id: `q-${index}`,
    question: `A patient of ${20 + (index % 70)} years, number ${index}, presents with fever. ${"What next? ".repeat(40)}`,
    options: ["Aspirin", "Amoxicillin", "Observation", "Surgery"],
    answer: "ABCD"[index % 4]!,
    subject: `subject ${index % 20}`,
  }));
  const file = join(folder, "large.jsonl");
  await writeFile(file, questions.map((question) => JSON.stringify(question) + "\n").join(""));
  const given = { benchmark: file, models: sampleModel, protocol: "lm-eval" };
  const [prepared] = await prepareEvaluations(given, { baseFolder: folder, dataFolder: join(folder, "none") });
  const run = await createRun(join(folder, "runs"), prepared!.run);
  const { protocol, parameters } = prepared!.protocol;
  const summarizer = new EvaluationSummarizer(protocol, parameters, []);
  const lines: string[] = [];
  for (const [index, question] of questions.entries()) {
    const record = recordOf(index, question);
    summarizer.add(record);
    lines.push(JSON.stringify(record) + "\n");
  }
  await writeFile(join(run, "items.jsonl"), lines.join(""));
  await writeFile(join(run, "summary.json"), JSON.stringify(summarizer.summary()));
  await writeManifest(run, { ...(await readManifest(run)), state: "finished" });
  return run;
}

function recordOf(index: number, { id, subject }: { readonly id: string; readonly subject: string }): ItemRecord {
  const gold = index % 4;
  const prediction = (index * 7) % 5 === 0 ? gold : (index * 3) % 4;
  const logLikelihoods = [0, 1, 2, 3].map((option) => (option === prediction ? -1 : -2 - ((index + option) % 3)));
  return {
    v: 1,
    benchmark: "large.jsonl",
    item: id,
    draw: 0,
    subject,
    language: "en",
    order: [0, 1, 2, 3],
    labels: ["A", "B", "C", "D"],
    gold: [gold],
    shots: [],
    droppedShots: 0,
    promptSha256: "0".repeat(64),
    promptTokens: 200,
    truncatedTokens: 0,
    answer: {
      scoring: "continuations",
      logLikelihoods,
      tokenCounts: [1, 1, 1, 1],
      characters: [7, 11, 11, 7],
      bytes: [7, 11, 11, 7],
      greedy: [false, false, false, false],
    },
    prediction,
    valid: true,
    correct: prediction === gold,
    metrics: { accuracy: Number(prediction === gold) },
    probabilities: logLikelihoods.map(Math.exp),
    evaluatedTokens: 200,
    minimumTokens: 200,
    milliseconds: 50,
  };
}

async function timed(what: string, work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  const milliseconds = performance.now() - begin;
  console.log(`${what}: ${milliseconds.toFixed(1)} ms`);
  return milliseconds;
}

const folder = await mkdtemp(join(tmpdir(), "medley-bench-"));
const results = new ResultsProcess(() => undefined);
try {
  const run = await makeRun(folder);
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
