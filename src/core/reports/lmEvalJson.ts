import { metricDefinitions } from "../evaluation/metrics.ts";
import type { BenchmarkSummary, OverDraws } from "../evaluation/summary/evaluationSummary.ts";
import { noticesOf } from "../evaluation/summary/noticesOf.ts";
import { jsonSha256 } from "../runs/canonicalJson.ts";
import type { ItemRecord } from "../runs/itemRecord.ts";
import type { ReportedRun } from "./report.ts";
import { largest } from "../lists.ts";

/** lm-eval's names of tasks that Medley's protocol of the same name reproduces. */
const taskNames: Readonly<Record<string, string>> = {
  "medqa-4": "medqa_4options",
  "truthfulqa-mc1": "truthfulqa_mc1",
  "truthfulqa-mc2": "truthfulqa_mc2",
  "head-qa-en": "headqa_en",
  "head-qa-es": "headqa_es",
};

/** The task's name in lm-eval's files; with a protocol that is not lm-eval's, the benchmark's id. */
export function lmEvalTask(benchmark: string, protocol: string): string {
  if (protocol !== "lm-eval") return benchmark;
  return (
    taskNames[benchmark] ??
    benchmark.replace(/^mmlu-(.*)$/, (_, subject: string) => `mmlu_${subject.replaceAll("-", "_")}`)
  );
}

const metricNames: Readonly<Record<string, string>> = {
  accuracy: "acc",
  acc_unconstrained: "exact_match",
  brier: "brier_score",
};

function metricName(name: string): string {
  return metricNames[name] ?? name;
}

/**
 * A run as the `results_*.json` of lm-evaluation-harness (its `EvaluationResults`), for tools that read that. Several
 * few-shot draws, which lm-eval does not have, are given by their mean.
 */
export function lmEvalResults({ run, model, manifest, summary, verification }: ReportedRun): object {
  const { id: protocol, version } = summary.protocol;
  const task = (benchmark: string) => lmEvalTask(benchmark, protocol);
  const byTask = <T>(value: (benchmark: BenchmarkSummary) => T): Record<string, T> =>
    Object.fromEntries(summary.benchmarks.map((benchmark) => [task(benchmark.benchmark), value(benchmark)]));
  const groups = Object.fromEntries(
    summary.groups.map(({ group, accuracy }) => [group, { alias: group, ...estimate("accuracy", accuracy) }]),
  );
  const path = manifest.inputs.find(({ role }) => role === "model")?.path ?? model;
  return {
    results: {
      ...byTask(({ benchmark, metrics }) => ({
        alias: task(benchmark),
        ...Object.assign({}, ...Object.entries(metrics).map(([name, value]) => estimate(name, value))),
      })),
      ...groups,
    },
    ...(summary.groups.length > 0 && { groups }),
    group_subtasks: {
      ...byTask(() => []),
      ...Object.fromEntries(summary.groups.map(({ group, benchmarks }) => [group, benchmarks.map(task)])),
    },
    configs: byTask(({ benchmark, draws }) => ({
      task: task(benchmark),
      dataset_path: benchmark,
      output_type: "multiple_choice",
      num_fewshot: shotsOf(draws),
      metadata: { version, protocol, parameters: summary.protocol.parameters },
    })),
    versions: byTask(() => version),
    "n-shot": byTask(({ draws }) => shotsOf(draws)),
    higher_is_better: byTask(({ metrics }) =>
      Object.fromEntries(
        Object.keys(metrics).map((name) => [metricName(name), metricDefinitions[name]?.higherIsBetter ?? true]),
      ),
    ),
    "n-samples": byTask(({ items }) => ({ original: items, effective: items })),
    config: {
      model: "medley",
      model_args: `model=${path}`,
      model_sha256: manifest.identity["model"],
      batch_size: 1,
      limit: manifest.identity["limit"] === undefined ? null : Number(manifest.identity["limit"]),
      random_seed: manifest.seed ?? null,
      fewshot_seed: manifest.seed ?? null,
    },
    git_hash: null,
    date: Date.parse(manifest.created) / 1000,
    lm_eval_version: null,
    medley_version: manifest.versions["medley"] ?? null,
    medley_run: run,
    medley_verification: verification ?? null,
    medley_notices: byTask(noticesOf),
    medley_model_notices: summary.notices ?? null,
    model_source: "medley",
    model_name: model,
    model_name_sanitized: sanitized(model),
    system_instruction: null,
    chat_template: null,
    total_evaluation_time_seconds: String(summary.cost.milliseconds / 1000),
  };
}

function estimate(name: string, { value, standardError }: OverDraws): Record<string, number | string> {
  const key = metricName(name);
  return { [`${key},none`]: value, [`${key}_stderr,none`]: standardError ?? "N/A" };
}

function shotsOf(draws: BenchmarkSummary["draws"]): number {
  return largest(draws.map(({ shots }) => shots.most));
}

/**
 * A record as a line of lm-eval's `samples_*.jsonl`. Run folders hold the hash of each prompt, not its text; `arg_0` is
 * that hash.
 * @param index position of the item among those evaluated, from 0
 */
export function lmEvalSample(record: ItemRecord, index: number): object {
  const { item, draw, subject, labels, order, gold, shots, promptSha256, correct, metrics, failure } = record;
  const doc = { id: item, benchmark: record.benchmark, subject, labels, order, gold, shots, draw };
  const target = gold.join(",");
  const responses = responsesOf(record);
  const requests = record.answer?.scoring === "generation" ? [""] : labels;
  const named = Object.fromEntries(Object.entries(metrics).map(([name, value]) => [metricName(name), value]));
  return {
    doc_id: index,
    doc,
    target,
    arguments: Object.fromEntries(
      requests.map((label, position) => [`gen_args_${position}`, { arg_0: `sha256:${promptSha256}`, arg_1: label }]),
    ),
    resps: responses.map((response) => [response]),
    filtered_resps: responses,
    filter: "none",
    metrics: ["acc", ...Object.keys(named)],
    doc_hash: jsonSha256(doc),
    prompt_hash: promptSha256,
    target_hash: jsonSha256(target),
    acc: Number(correct),
    ...named,
    ...(failure !== undefined && { error: failure }),
  };
}

/** Pairs of log-likelihood and whether it is the greedy choice, as texts that Python reads; or the generated text. */
function responsesOf({ answer, labels }: ItemRecord): (string | [string, string])[] {
  if (answer === undefined) return [];
  switch (answer.scoring) {
    case "generation":
      return [answer.text];
    case "continuations":
      return answer.logLikelihoods.map((value, index) => [pythonNumber(value), pythonBoolean(answer.greedy[index]!)]);
    case "nextToken":
      return answer.labelLogProbabilities.map((value, index) => [
        pythonNumber(value),
        pythonBoolean(answer.next.text === labels[index]),
      ]);
  }
}

function pythonNumber(value: number | null): string {
  if (value === null) return "-inf";
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

function pythonBoolean(value: boolean): string {
  return value ? "True" : "False";
}

/** Where lm-eval's tools look for the files of a run: `<model>/results_<time>.json`, `<model>/samples_<task>_<time>.jsonl`. */
export function lmEvalFileNames({ model, manifest }: ReportedRun): {
  readonly folder: string;
  readonly results: string;
  samples(task: string): string;
} {
  const time = manifest.created.replace("Z", "").replaceAll(":", "-");
  return {
    folder: sanitized(model),
    results: `results_${time}.json`,
    samples: (task) => `samples_${sanitized(task)}_${time}.jsonl`,
  };
}

/** A name that is safe as that of a file or folder, as lm-eval makes them. */
function sanitized(name: string): string {
  return name.replace(/[^\w.-]+/g, "_").replace(/^\.+/, "_");
}
