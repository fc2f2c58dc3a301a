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
import { noticesByBenchmarkSchema } from "../../core/evaluation/summary/notice.ts";
import { recordedModelNotices } from "../../core/models/modelNotices.ts";
import { comparedAnswer, type ComparedAnswer, type ComparedRun } from "../../core/reports/comparedRun.ts";
import { compareRuns } from "../../core/reports/compareRuns.ts";
import type { Comparison } from "../../core/reports/comparison.ts";
import { labelRuns, type ReportedRun } from "../../core/reports/report.ts";
import { runEventSchema } from "../../core/runs/events.ts";
import { parseJsonLine } from "../../core/runs/jsonLines.ts";
import type { ItemRecord } from "../../core/runs/itemRecord.ts";
import { hasTrait } from "../../core/runs/kinds.ts";
import type { RunManifest, RunState } from "../../core/runs/manifest.ts";
import type { Verification } from "../../core/runs/recordedResult.ts";
import { resolveProtocol } from "../evaluation/resolveProtocol.ts";
import { readLines } from "../files/readLines.ts";
import { readItems } from "../runs/itemStore.ts";
import { currentState, readManifest, runFiles } from "../runs/runFolder.ts";
import { readResult } from "./readResult.ts";

/** A run that is reported on, and where it is. */
export interface ReadRun {
  readonly folder: string;
  readonly run: ReportedRun;
}

/** Where the items of a run come from: its folder, or what is in memory of it. */
export type ItemSource = (folder: string) => AsyncIterable<ItemRecord>;

/** A run that has no label yet: that takes the runs that it is shown with. */
export type UnlabelledRun = Omit<ReportedRun, "label">;

/**
 * Reads evaluation runs for a report, from their folders alone. The result of a run that has not finished, or whose
 * summary is gone or was changed, is computed from the items that there are.
 * @throws RunError when a folder is no evaluation, has no item yet, or is damaged
 */
export async function readRuns(folders: readonly string[], items: ItemSource = readItems): Promise<ReadRun[]> {
  const distinct = [...new Set(folders.map((folder) => resolve(folder)))];
  const runs: UnlabelledRun[] = [];
  for (const folder of distinct) runs.push(await readRun(folder, items));
  return labelRuns(runs).map((run, index) => ({ run, folder: distinct[index]! }));
}

/** One of them. @throws RunError as {@link readRuns} does */
export async function readRun(folder: string, items: ItemSource = readItems): Promise<UnlabelledRun> {
  const manifest = await readEvaluation(folder);
  const state = await currentState(folder, manifest);
  const { summary, verification } = state === "finished" ? await readResult(folder, manifest) : {};
  const result = summary ?? (await summarizeItems(folder, manifest, items));
  return await reportedRun(folder, manifest, state, result, verification);
}

/**
 * The same of a run that has finished and saved its summary: quick, however many items it has.
 * @returns undefined for a run whose items would have to be read
 * @throws RunError when the folder is no evaluation, or is damaged
 */
export async function readFinishedRun(folder: string): Promise<UnlabelledRun | undefined> {
  const manifest = await readEvaluation(folder);
  const state = await currentState(folder, manifest);
  const { summary, verification } = state === "finished" ? await readResult(folder, manifest) : {};
  return summary === undefined ? undefined : await reportedRun(folder, manifest, state, summary, verification);
}

async function readEvaluation(folder: string): Promise<RunManifest> {
  const manifest = await readManifest(folder);
  if (hasTrait("hasItems", manifest)) return manifest;
  throw new RunError(`This is a run of kind ${manifest.kind}, which has no items.`, { place: { file: folder } });
}

async function reportedRun(
  folder: string,
  { title, created, ended, seed, inputs, identity, fingerprint, versions, host }: RunManifest,
  state: RunState,
  summary: EvaluationSummary,
  verification: Verification | undefined,
): Promise<UnlabelledRun> {
  const manifest = { title, created, ended, state, seed, inputs, identity, fingerprint, versions, host };
  const model = inputs.find(({ role }) => role === "model")?.name ?? "unknown model";
  const partial = state === "finished" ? undefined : await describePartial(folder, summary, state);
  return {
    run: basename(folder),
    model,
    manifest,
    summary,
    ...(partial !== undefined && { partial }),
    ...(verification !== undefined && { verification }),
  };
}

/** The summary of the items that there are. */
async function summarizeItems(folder: string, manifest: RunManifest, items: ItemSource): Promise<EvaluationSummary> {
  const configuration = readConfiguration(folder, manifest);
  const { protocol, parameters } = await resolveProtocol(configuration);
  const groups = asList(configuration.benchmark).flatMap((entry) =>
    isOwnQuestionsPath(entry) ? [] : (resolveBenchmark(entry).group ?? []),
  );
  const data = noticesByBenchmarkSchema.safeParse(manifest.details?.["notices"]).data;
  const notices = { data, model: recordedModelNotices(manifest.details) };
  const summarizer = new EvaluationSummarizer(protocol, parameters, groups, notices);
  let count = 0;
  for await (const record of items(folder)) {
    summarizer.add(record);
    count++;
  }
  if (count > 0) return summarizer.summary();
  throw new RunError("The run has no result yet.", {
    place: { file: folder },
    remedy: { action: "resumeRun", folder },
  });
}

/** What the run performs. @throws RunError when it is damaged */
export function readConfiguration(folder: string, { configuration }: RunManifest): EvaluationConfiguration {
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

/** How many items the run is to have, as its first progress event says: a run never changes what it asks. */
async function plannedItems(folder: string): Promise<number | undefined> {
  const path = join(folder, runFiles.events);
  for await (const { bytes, line } of readLines(path)) {
    const event = parseJsonLine(bytes.toString("utf8"), runEventSchema, path, line);
    if (event.type === "progress" && event.total["items"] !== undefined) return event.total["items"];
  }
  return undefined;
}

/**
 * Compares runs item by item.
 * @throws RunError when there are fewer than two, or a folder is damaged
 */
export async function compareReadRuns(runs: readonly ReadRun[], items: ItemSource = readItems): Promise<Comparison> {
  const compared: ComparedRun[] = [];
  for (const run of runs) compared.push(await readComparedRun(run, items));
  return compareRuns(compared);
}

async function readComparedRun({ folder, run }: ReadRun, items: ItemSource): Promise<ComparedRun> {
  const benchmarks = new Map(
    run.summary.benchmarks.map(({ benchmark, primaryMetric }) => [
      benchmark,
      { metric: primaryMetric, answers: [] as ComparedAnswer[] },
    ]),
  );
  const { verification, label, manifest, summary } = run;
  const compared = {
    name: label,
    identity: manifest.identity,
    benchmarks,
    groups: summary.groups,
    ...(verification && { verification }),
  };
  // What was changed is not compared, and may not even be readable.
  if (verification?.items === "changed") return compared;
  for await (const record of items(folder)) {
    const benchmark = benchmarks.get(record.benchmark);
    // An item of a run that goes on meanwhile may be of a benchmark that had none before.
    benchmark?.answers.push(comparedAnswer(record, benchmark.metric));
  }
  return compared;
}
