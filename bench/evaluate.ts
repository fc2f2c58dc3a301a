/**
 * Speed of log-likelihood scoring against lm-evaluation-harness's Hugging Face backend: 40 MedQA items with three fixed
 * shots and without, the same float32 weights, one thread each, one after another on this machine, loading excluded.
 *
 * Usage: tsx bench/evaluate.ts --models FOLDER --python PYTHON [--repeat N] [--kv F32|F16] [--threads N] [--only PART]
 * FOLDER holds the Hugging Face layout of nano-mistral and nano-gpt2; PYTHON is an interpreter with lm-eval. Without the
 * two, only this engine is measured.
 */
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import type { EvaluationUnit } from "../src/core/evaluation/evaluationUnit.ts";
import { ItemError } from "../src/core/evaluation/itemError.ts";
import { planUnits } from "../src/core/evaluation/plan.ts";
import { lmEval, type LmEvalParameters } from "../src/core/evaluation/protocols/lmEval.ts";
import { UnitPreparer } from "../src/core/evaluation/unitPreparer.ts";
import { resolveParameters } from "../src/core/evaluation/registry.ts";
import type { ScoreResult } from "../src/core/models/languageModel.ts";
import { kvCacheTypeSchema } from "../src/core/models/loadSettings.ts";
import { openModel, type OpenModelOptions } from "../src/node/backends/llamaCpp/openModel.ts";
import { goldenTask } from "../test/support/goldenEvaluation.ts";
import { modelFile } from "../test/support/models.ts";

const { values: options } = parseArgs({
  options: {
    models: { type: "string" },
    python: { type: "string" },
    repeat: { type: "string", default: "3" },
    kv: { type: "string", default: "F32" },
    threads: { type: "string" },
    only: { type: "string", default: "" },
  },
});

interface Measurement {
  readonly seconds: number;
  /** Processor time of all processes that take part. On a busy machine, ratios of it mean more than those of seconds. */
  readonly cpuSeconds: number;
  readonly logLikelihoods: readonly number[];
}

interface OwnMeasurement extends Measurement {
  readonly evaluatedTokens: number;
  readonly minimum: number;
}

const workloads = { "3 fixed shots": 3, "0-shot": 0 };

for (const name of ["nano-mistral", "nano-gpt2"] as const) {
  for (const [title, shots] of Object.entries(workloads)) {
    if (!`${name} ${title}`.includes(options.only)) continue;
    const workload = workloadOf(shots);
    const runs: { harness?: Measurement; reuse: OwnMeasurement; noReuse: OwnMeasurement }[] = [];
    for (let run = 0; run < Number(options.repeat); run++) {
      const harness =
        options.models !== undefined && options.python !== undefined
          ? await measureHarness(options.python, join(options.models, name), workload)
          : undefined;
      const reuse = await measureOwn(await modelFile(`${name}.f32`), workload, { prefixReuse: true });
      const noReuse = await measureOwn(await modelFile(`${name}.f32`), workload, { prefixReuse: false });
      runs.push({ harness, reuse, noReuse });
    }
    report(`${name}, ${title}`, runs);
  }
}

interface Workload {
  readonly units: readonly EvaluationUnit[];
  readonly parameters: LmEvalParameters;
}

function workloadOf(shots: number): Workload {
  const task = goldenTask("medqa_4options_fixed");
  const parameters = resolveParameters(lmEval, task.parameters);
  const units = planUnits({
    benchmark: task.benchmark,
    items: task.items,
    shotPool: task.pool,
    protocol: lmEval,
    parameters,
    shots: task.shots!(shots),
  });
  return { units, parameters };
}

async function measureHarness(python: string, model: string, { units, parameters }: Workload): Promise<Measurement> {
  const requests = units.flatMap(({ item, shots }) => {
    const { request } = lmEval.prompt(item, shots, parameters);
    if (request.scoring !== "continuations") throw new Error("This workload scores continuations.");
    return request.continuations.map((option) => [request.context, request.delimiter + option]);
  });
  const script = join(import.meta.dirname, "evaluate/hfReference.py");
  const child = spawn(python, [script, model], { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.end(JSON.stringify({ requests }));
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (output === "") throw new Error(`The harness did not run: ${errors.slice(-2000)}`);
  return z
    .object({ seconds: z.number(), cpuSeconds: z.number(), logLikelihoods: z.array(z.number()) })
    .parse(JSON.parse(output));
}

async function measureOwn(
  path: string,
  { units, parameters }: Workload,
  settings: OpenModelOptions,
): Promise<OwnMeasurement> {
  const model = await openModel(path, {
    gpu: "none",
    threads: options.threads === undefined ? 1 : Number(options.threads),
    kvCacheType: kvCacheTypeSchema.parse(options.kv),
    ...settings,
  });
  // The first request pays for lazy initialisation, and leaves nothing that the workload shares.
  await model.score({ prefix: [5, 6, 7], continuations: [[8]] });
  const started = performance.now();
  const startedCpu = await cpuSeconds(await model.hostPid());
  const window = model.description.contextLength;
  const preparer = new UnitPreparer({ model, protocol: lmEval, parameters, window });
  const results: Promise<ScoreResult>[] = [];
  let minimum = 0;
  // Requests are with the host before it has answered earlier ones, so that it never waits for the next.
  for await (const { encoded, minimumTokens } of preparer.prepareAll(units)) {
    if (encoded instanceof ItemError) throw encoded;
    results.push(model.score(encoded.groups[0]!));
    minimum += minimumTokens;
  }
  const scores = await Promise.all(results);
  const seconds = (performance.now() - started) / 1000;
  const cpu = (await cpuSeconds(await model.hostPid())) - startedCpu;
  await model.dispose();
  return {
    seconds,
    cpuSeconds: cpu,
    logLikelihoods: scores.flatMap(({ continuations }) =>
      continuations.map(({ tokenLogProbabilities }) => tokenLogProbabilities.reduce((sum, value) => sum + value, 0)),
    ),
    evaluatedTokens: scores.reduce((sum, result) => sum + result.evaluatedTokens, 0),
    minimum,
  };
}

/** Processor time of this process and of the model host so far. Linux only. */
async function cpuSeconds(host: number | undefined): Promise<number> {
  const { user, system } = process.cpuUsage();
  const fields = (await readFile(`/proc/${host}/stat`, "utf8")).replace(/^.*\) /, "").split(" ");
  const ticksPerSecond = 100;
  return (user + system) / 1e6 + (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

type Run = { harness?: Measurement; reuse: OwnMeasurement; noReuse: OwnMeasurement };

function report(title: string, runs: readonly Run[]): void {
  const [first] = runs;
  const lines = [
    `with prefix reuse: ${time(runs, (run) => run.reuse)}, ${first!.reuse.evaluatedTokens} tokens evaluated,` +
      ` ${(first!.reuse.evaluatedTokens / first!.reuse.minimum).toFixed(4)}x the minimum`,
    `without prefix reuse: ${time(runs, (run) => run.noReuse)}, ${first!.noReuse.evaluatedTokens} tokens evaluated`,
    `reuse against no reuse: ${ratio(runs, "noReuse", "reuse")}`,
  ];
  if (first!.harness !== undefined) {
    lines.push(
      `lm-eval's HF backend: ${time(runs, (run) => run.harness!)}`,
      `against lm-eval: with reuse ${ratio(runs, "harness", "reuse")}, without ${ratio(runs, "harness", "noReuse")}`,
      `largest difference of a log-likelihood: ${largestDifference(first!.harness, first!.reuse).toExponential(1)}`,
    );
  }
  console.log(`${title}\n${lines.map((line) => `  ${line}`).join("\n")}`);
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}

function time(runs: readonly Run[], of: (run: Run) => Measurement): string {
  const seconds = median(runs.map((run) => of(run).seconds));
  return `${seconds.toFixed(2)} s (processor ${median(runs.map((run) => of(run).cpuSeconds)).toFixed(2)} s)`;
}

function ratio(runs: readonly Run[], slow: keyof Run, fast: keyof Run): string {
  const times = (key: "seconds" | "cpuSeconds") => median(runs.map((run) => run[slow]![key] / run[fast]![key]));
  return `${times("seconds").toFixed(1)}x as fast (processor time ${times("cpuSeconds").toFixed(1)}x)`;
}

function largestDifference(a: Measurement, b: Measurement): number {
  return Math.max(...a.logLikelihoods.map((value, index) => Math.abs(value - b.logLikelihoods[index]!)));
}
