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
import { encodePrompt, tokenizePrompt } from "../src/core/evaluation/encode.ts";
import { minimumTokens, planUnits } from "../src/core/evaluation/plan.ts";
import type { Prompt } from "../src/core/evaluation/protocol.ts";
import { lmEval } from "../src/core/evaluation/protocols/lmEval.ts";
import { resolveParameters } from "../src/core/evaluation/registry.ts";
import { kvCacheTypeSchema } from "../src/core/models/loadSettings.ts";
import { openModel, type OpenModelOptions } from "../src/node/modelHost/openModel.ts";
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
    const prompts = promptsOf(shots);
    const runs: { harness?: Measurement; reuse: OwnMeasurement; noReuse: OwnMeasurement }[] = [];
    for (let run = 0; run < Number(options.repeat); run++) {
      const harness =
        options.models !== undefined && options.python !== undefined
          ? await measureHarness(options.python, join(options.models, name), prompts)
          : undefined;
      const reuse = await measureOwn(await modelFile(`${name}.f32`), prompts, { prefixReuse: true });
      const noReuse = await measureOwn(await modelFile(`${name}.f32`), prompts, { prefixReuse: false });
      runs.push({ harness, reuse, noReuse });
    }
    report(`${name}, ${title}`, runs);
  }
}

function promptsOf(shots: number): Prompt[] {
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
  return units.map((unit) => lmEval.prompt(unit.item, unit.shots, parameters));
}

async function measureHarness(python: string, model: string, prompts: readonly Prompt[]): Promise<Measurement> {
  const requests = prompts.flatMap(({ request }) => {
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
  prompts: readonly Prompt[],
  settings: OpenModelOptions,
): Promise<OwnMeasurement> {
  const model = await openModel(path, {
    gpu: false,
    threads: options.threads === undefined ? 1 : Number(options.threads),
    kvCacheType: kvCacheTypeSchema.parse(options.kv),
    ...settings,
  });
  // The first request pays for lazy initialisation, and leaves nothing that the workload shares.
  await model.score({ prefix: [5, 6, 7], continuations: [[8]] });
  const started = performance.now();
  const startedCpu = await cpuSeconds(await model.hostPid());
  // Two are under way at a time, so that the host never waits for the next.
  const encoded = prompts.map(async (prompt) =>
    encodePrompt(await tokenizePrompt(prompt, model), model.description.contextLength),
  );
  const results = await Promise.all(encoded.map(async (prompt) => model.score((await prompt).groups[0]!)));
  const seconds = (performance.now() - started) / 1000;
  const cpu = (await cpuSeconds(await model.hostPid())) - startedCpu;
  await model.dispose();
  const all = await Promise.all(encoded);
  return {
    seconds,
    cpuSeconds: cpu,
    logLikelihoods: results.flatMap(({ continuations }) =>
      continuations.map(({ tokenLogProbabilities }) => tokenLogProbabilities.reduce((sum, value) => sum + value, 0)),
    ),
    evaluatedTokens: results.reduce((sum, result) => sum + result.evaluatedTokens, 0),
    minimum: all.reduce((sum, prompt, index) => sum + minimumTokens(all[index - 1], prompt), 0),
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
