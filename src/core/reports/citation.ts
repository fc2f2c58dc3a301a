import type { EvaluationSummary, OverDraws } from "../evaluation/summary/evaluationSummary.ts";
import { noticesOf } from "../evaluation/summary/noticesOf.ts";
import { describeRecordedIdentity } from "../models/modelIdentity.ts";
import type { RunManifest } from "../runs/manifest.ts";
import type { ReportedRun } from "./report.ts";
import { formatInterval } from "./cells.ts";

/** What of a manifest a citation needs. */
export type CitedManifest = Pick<
  RunManifest,
  "kind" | "title" | "created" | "ended" | "state" | "seed" | "inputs" | "versions" | "fingerprint"
>;

type CitedResult = Pick<ReportedRun, "summary" | "partial" | "verification">;

/**
 * What a paper or a colleague needs to find and repeat a run, as plain text, a fact a line: short hashes where a person
 * reads, whole ones at the end.
 * @param run name of the run's folder
 * @param result of an evaluation; absent where there is none
 */
export function citeRun(run: string, manifest: CitedManifest, result?: CitedResult): string {
  const { kind, title, seed, inputs, versions, fingerprint } = manifest;
  const models = inputs.filter(({ role }) => role === "model");
  const lines = [
    `${title} (Medley ${kind})`,
    ...models.map(({ name, ...input }) => `Model: ${name} (${describeRecordedIdentity(input, short)})`),
    ...(result === undefined ? [] : resultLines(result)),
    ...(manifest.state === "finished" ? [] : [`State: ${manifest.state}`]),
    ...(seed === undefined ? [] : [`Seed: ${seed}`]),
    `Software: ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", ")}`,
    `Date: ${(manifest.ended ?? manifest.created).slice(0, 10)}`,
    `Run: ${run}, fingerprint ${short(fingerprint)}`,
    ...inputs.map(({ role, name, sha256, digest }) =>
      sha256 === undefined ? `digest of ${role} ${name}: ${digest ?? "none"}` : `sha256 of ${role} ${name}: ${sha256}`,
    ),
    `fingerprint: ${fingerprint}`,
  ];
  return lines.map(oneLine).join("\n") + "\n";
}

/**
 * The results of an evaluation, one a benchmark or group: `medqa-4: accuracy 0.412 (95 % interval 0.385 to 0.440),
 * n = 1273, 3 shots`.
 */
export function describeResults({ benchmarks, groups }: EvaluationSummary): string[] {
  return [
    ...benchmarks.map(({ benchmark, primaryMetric, metrics, draws }) => {
      const shots = [...new Set(draws.flatMap(({ shots: { fewest, most } }) => [fewest, most]))].sort((a, b) => a - b);
      const failed = draws.reduce((sum, draw) => sum + draw.failed, 0);
      return [
        `${benchmark}: ${primaryMetric} ${describeEstimate(metrics[primaryMetric]!)}`,
        `${shots.join("–")} ${shots.length === 1 && shots[0] === 1 ? "shot" : "shots"}`,
        ...(failed === 0 ? [] : [`${failed} failed, counted as wrong`]),
      ].join(", ");
    }),
    ...groups.map(({ group, aggregation, accuracy }) => {
      const metric = aggregation === "bySize" ? "accuracy" : "mean of accuracies";
      return `${group}: ${metric} ${describeEstimate(accuracy)}`;
    }),
  ];
}

function resultLines({ summary, partial, verification }: CitedResult): string[] {
  return [
    `Protocol: ${summary.protocol.id}, version ${summary.protocol.version}`,
    ...describeResults(summary).map((line) => `Result on ${line}`),
    ...(summary.notices ?? []).map(({ message }) => `Note on the model: ${message}`),
    ...summary.benchmarks.flatMap((benchmark) =>
      noticesOf(benchmark).map(({ message }) => `Note on ${benchmark.benchmark}: ${message}`),
    ),
    ...(partial === undefined ? [] : [`Partial: ${partial}`]),
    ...(verification?.message === undefined ? [] : [`Files of the run: ${verification.message}`]),
  ];
}

function describeEstimate({ value, values, populationSd, interval, n }: OverDraws): string {
  const spread = values.length > 1 ? ` ± ${populationSd.toFixed(3)} over ${values.length} draws` : "";
  return `${value.toFixed(3)}${spread} (95 % interval ${formatInterval(interval)}), n = ${n}`;
}

function short(sha256: string): string {
  return sha256.slice(0, 12);
}

/** Names come from files: one that holds line breaks must not look like several facts. */
function oneLine(text: string): string {
  return text.replace(/[\p{Control}\u2028\u2029]+/gu, " ");
}
