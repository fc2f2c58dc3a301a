/**
 * What a writer waits for: of merge configurations in a file of ten merges and 500 lines, of evaluations in a cell with 60
 * questions of its own. Completion at places all over the text (limit: 50 ms) and diagnostics after a change (limit: 150 ms,
 * of which 100 are the pause that is waited for), the first ones in the process ("cold") and later ones ("warm"), with models
 * that are known from their headers. Every change is a new text, as when typing.
 *
 * Usage: npm run bench:languages [-- --rounds N]
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { checkDelay, type ConfigurationLanguage } from "../src/core/yaml/configurationLanguage.ts";
import { foldYaml } from "../src/core/yaml/foldYaml.ts";
import { formatYaml } from "../src/core/yaml/formatYaml.ts";
import { evaluationLanguage, type EvaluationContext } from "../src/core/evaluation/evaluationLanguage.ts";
import { markdown } from "../src/core/markdown.ts";
import type { LanguageContext } from "../src/core/merge/language/languageContext.ts";
import { mergeLanguage } from "../src/core/merge/language/mergeLanguage.ts";
import { mergeSymbols } from "../src/core/merge/language/mergeNames.ts";
import { mergeMethods } from "../src/core/merge/methods/registry.ts";
import { hubFacts } from "../test/support/hubFacts.ts";
import { largeMergeFile } from "../test/support/largeMerge.ts";
import { YamlSource } from "../src/core/yaml/yamlSource.ts";

const { values: options } = parseArgs({
  options: { rounds: { type: "string", default: "200" }, cold: { type: "boolean", default: false } },
});

const context: LanguageContext = {
  facts: hubFacts,
  methods: mergeMethods,
  engine: "medley",
  load: (reference) => Promise.resolve(hubFacts(reference)),
  models: () => Promise.resolve([{ path: "models/base", kind: "checkpoint", detail: "MistralForCausalLM, 32 layers" }]),
};

const cellContext: EvaluationContext = {
  modelFiles: () => Promise.resolve([{ path: "models/base.gguf", detail: "7.24B" }]),
  questionFiles: () => Promise.resolve(["own/questions.jsonl"]),
  refusal: () => undefined,
  isFile: () => Promise.resolve(true),
  describeModel: (path) => Promise.resolve(markdown`${path}`),
  isAtHand: () => Promise.resolve(true),
};

const cell = [
  "benchmark: [medqa-4, mmlu-medical-6, own/questions.jsonl]",
  "models: [models/base.gguf, models/merged.gguf]",
  "protocol: lm-eval",
  "shots:\n  - kind: shared\n    count: 3\n    seed: 1",
  "questions:",
  ...Array.from(
    { length: 60 },
    (_, index) => `  - question: Question ${index}?\n    options: [a, b, c, d]\n    answer: A`,
  ),
  "gpu: auto\n",
].join("\n");

const rounds = Number(options.rounds);

/** What is measured: its name, the text, its limit in milliseconds, and the work at a place of the text. */
type Work = readonly [name: string, text: string, limit: number, work: (edited: YamlSource, at: number) => unknown];

function worksOf<Context>(text: string, language: ConfigurationLanguage<Context>, known: Context): readonly Work[] {
  const { id } = language;
  return [
    [`${id}: diagnostics`, text, 150 - checkDelay, (edited) => language.diagnose(edited, known)],
    [`${id}: completion`, text, 50, (edited, at) => language.complete(edited, at, known)],
    [`${id}: hover`, text, 50, (edited, at) => language.hover(edited, at, known)],
    [`${id}: folding`, text, 50, (edited) => foldYaml(edited)],
    [`${id}: formatting`, text, 500, (edited) => formatYaml(edited.text)],
  ];
}

const merges = largeMergeFile();
const works: readonly Work[] = [
  ...worksOf(merges, mergeLanguage, context),
  ["merge: outline", merges, 50, mergeSymbols],
  ...worksOf(cell, evaluationLanguage, cellContext),
];

interface Times {
  /** By the clock, in milliseconds: what a person waits, and on a busy machine what others take besides. */
  readonly clock: number;
  /** Of this process with its helper threads, in milliseconds. */
  readonly processor: number;
}

async function time([, text, , work]: Work, round: number): Promise<Times> {
  const at = text.indexOf("\n", Math.floor((text.length * ((round * 7919) % 1000)) / 1000));
  const edited = new YamlSource(`${text.slice(0, at)} # ${round}${text.slice(at)}`);
  const [start, used] = [performance.now(), process.cpuUsage()];
  await work(edited, at);
  const { user, system } = process.cpuUsage(used);
  return { clock: performance.now() - start, processor: (user + system) / 1000 };
}

/** The value below which a share of the sorted values lies. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!;
}

/** The first time in a process of its own, for each work. */
async function printCold(): Promise<void> {
  for (const work of works) {
    if (work[0] === process.env.MEDLEY_BENCH_WORK) console.log(JSON.stringify(await time(work, 1)));
  }
}

function coldTimes(name: string): Times[] {
  const script = fileURLToPath(import.meta.url);
  return Array.from({ length: 5 }, () => {
    const env = { ...process.env, MEDLEY_BENCH_WORK: name };
    const { stdout, stderr, status } = spawnSync(process.execPath, ["--import", "tsx", script, "--cold"], { env });
    if (status !== 0) throw new Error(stderr.toString());
    return JSON.parse(stdout.toString()) as Times;
  });
}

async function printAll(): Promise<void> {
  console.log(
    [merges, cell].map((text) => `${text.split("\n").length} lines, ${text.length} characters; `).join("") +
      "milliseconds by the clock (of the processor)",
  );
  console.log("                         limit         cold p50         warm p50         warm p95");
  for (const work of works) {
    const [name, , limit] = work;
    const cold = coldTimes(name);
    const warm: Times[] = [];
    for (let round = 0; round < rounds + 10; round++) {
      const taken = await time(work, round);
      if (round >= 10) warm.push(taken);
    }
    const cell = (times: readonly Times[], share: number) => {
      const of = (kind: keyof Times) =>
        percentile(
          times.map((taken) => taken[kind]),
          share,
        ).toFixed(1);
      return `${of("clock")} (${of("processor")})`.padStart(16);
    };
    const isWithin =
      percentile(
        warm.map(({ clock }) => clock),
        0.95,
      ) <= limit;
    const cells = [cell(cold, 0.5), cell(warm, 0.5), cell(warm, 0.95)];
    console.log(name.padEnd(24), String(limit).padStart(5), ...cells, isWithin ? "" : "  over the limit");
    if (!isWithin) process.exitCode = 1;
  }
}

await (options.cold ? printCold() : printAll());
