import { basename, join, resolve } from "node:path";
import { isOwnQuestionsPath } from "../../core/benchmarks/ownQuestions.ts";
import { resolveBenchmark } from "../../core/benchmarks/registry.ts";
import { RunError } from "../../core/errors.ts";
import {
  asList,
  evaluationConfigurationSchema,
  type EvaluationConfiguration,
} from "../../core/evaluation/configuration.ts";
import { EvaluationSummarizer } from "../../core/evaluation/summary/evaluationSummarizer.ts";
import type { EvaluationSummary } from "../../core/evaluation/summary/evaluationSummary.ts";
import { comparedAnswer, type ComparedAnswer, type ComparedRun } from "../../core/reports/comparedRun.ts";
import { compareRuns } from "../../core/reports/compareRuns.ts";
import type { Comparison } from "../../core/reports/comparison.ts";
import { labelRuns, type ReportedRun } from "../../core/reports/report.ts";
import { runEventSchema } from "../../core/runs/events.ts";
import { parseJsonLine } from "../../core/runs/jsonLines.ts";
import type { RunManifest } from "../../core/runs/manifest.ts";
import { findSummary } from "../evaluation/readSummary.ts";
import { resolveProtocol } from "../evaluation/resolveProtocol.ts";
import { readLines } from "../files/readLines.ts";
import { readItems } from "../runs/itemStore.ts";
import { currentState, readManifest, runFiles } from "../runs/runFolder.ts";

/** A run that is reported on, and where it is. */
export interface ReadRun {
  readonly folder: string;
  readonly run: ReportedRun;
}

/**
 * Reads evaluation runs for a report, from their folders alone. The result of a run that has not finished, or whose
 * summary is gone, is computed from the items that there are.
 * @throws RunError when a folder is no evaluation, has no item yet, or is damaged
 */
export async function readRuns(folders: readonly string[]): Promise<ReadRun[]> {
  const distinct = [...new Set(folders.map((folder) => resolve(folder)))];
  const runs: Omit<ReportedRun, "label">[] = [];
  for (const folder of distinct) runs.push(await readRun(folder));
  return labelRuns(runs).map((run, index) => ({ run, folder: distinct[index]! }));
}

async function readRun(folder: string): Promise<Omit<ReportedRun, "label">> {
  const manifest = await readManifest(folder);
  if (manifest.kind !== "evaluation") {
    throw new RunError(`This is a run of kind ${manifest.kind}, not an evaluation.`, { place: { file: folder } });
  }
  const state = await currentState(folder, manifest);
  const { title, created, ended, seed, inputs, identity, fingerprint, versions, host } = manifest;
  const shown = { title, created, ended, state, seed, inputs, identity, fingerprint, versions, host };
  const saved = state === "finished" ? await findSummary(folder) : undefined;
  const summary = saved ?? (await summarizeItems(folder, manifest));
  const model = inputs.find(({ role }) => role === "model")?.name ?? "unknown model";
  const partial = state === "finished" ? undefined : await describePartial(folder, summary, state);
  return { run: basename(folder), model, manifest: shown, summary, ...(partial !== undefined && { partial }) };
}

/** The summary of the items that there are. */
async function summarizeItems(folder: string, manifest: RunManifest): Promise<EvaluationSummary> {
  const configuration = readConfiguration(folder, manifest);
  const { protocol, parameters } = await resolveProtocol(configuration);
  const groups = asList(configuration.benchmark).flatMap((entry) =>
    isOwnQuestionsPath(entry) ? [] : (resolveBenchmark(entry).group ?? []),
  );
  const summarizer = new EvaluationSummarizer(protocol, parameters, groups);
  let count = 0;
  for await (const record of readItems(folder)) {
    summarizer.add(record);
    count++;
  }
  if (count > 0) return summarizer.summary();
  throw new RunError("The run has no result yet.", {
    place: { file: folder },
    hint: `Go on with it: medley runs resume ${folder}`,
  });
}

function readConfiguration(folder: string, { configuration }: RunManifest): EvaluationConfiguration {
  const read = evaluationConfigurationSchema.safeParse(configuration.resolved);
  if (read.success) return read.data;
  throw new RunError("The run's configuration is damaged, or of another version of Medley.", {
    place: { file: join(folder, runFiles.manifest), field: "configuration.resolved" },
  });
}

async function describePartial(folder: string, summary: EvaluationSummary, state: string): Promise<string> {
  const done = summary.benchmarks.flatMap(({ draws }) => draws).reduce((sum, { n }) => sum + n, 0);
  const total = await plannedItems(folder);
  return `${done}${total === undefined ? "" : ` of ${total}`} items, in the order of evaluation; the run is ${state}.`;
}

/** How many items the run is to have, as its latest progress event says. */
async function plannedItems(folder: string): Promise<number | undefined> {
  const path = join(folder, runFiles.events);
  let total: number | undefined;
  for await (const { bytes, line } of readLines(path)) {
    const event = parseJsonLine(bytes.toString("utf8"), runEventSchema, path, line);
    if (event.type === "progress") total = event.total["items"] ?? total;
  }
  return total;
}

/**
 * Compares runs item by item.
 * @throws RunError when there are fewer than two, or a folder is damaged
 */
export async function compareReadRuns(runs: readonly ReadRun[]): Promise<Comparison> {
  const compared: ComparedRun[] = [];
  for (const run of runs) compared.push(await readComparedRun(run));
  return compareRuns(compared);
}

async function readComparedRun({ folder, run }: ReadRun): Promise<ComparedRun> {
  const benchmarks = new Map(
    run.summary.benchmarks.map(({ benchmark, primaryMetric }) => [
      benchmark,
      { metric: primaryMetric, answers: [] as ComparedAnswer[] },
    ]),
  );
  for await (const record of readItems(folder)) {
    const benchmark = benchmarks.get(record.benchmark);
    // An item of a run that goes on meanwhile may be of a benchmark that had none before.
    benchmark?.answers.push(comparedAnswer(record, benchmark.metric));
  }
  return { name: run.label, identity: run.manifest.identity, benchmarks };
}
