/**
 * What a writer of merge configurations waits for, in a file of ten merges and 500 lines: completion at places all over the
 * file (limit: 50 ms) and diagnostics after a change (limit: 150 ms, of which 100 are the pause that is waited for), the first ones in the process ("cold") and later
 * ones ("warm"), with models that are known from their headers. Every change is a new text, as when typing.
 *
 * Usage: npm run bench:merge-language [-- --rounds N]
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { completeMerge } from "../src/core/merge/language/completeMerge.ts";
import { checkDelay, diagnoseMerge } from "../src/core/merge/language/diagnoseMerge.ts";
import { foldYaml } from "../src/core/yaml/foldYaml.ts";
import { formatYaml } from "../src/core/yaml/formatYaml.ts";
import { hoverMerge } from "../src/core/merge/language/hoverMerge.ts";
import type { LanguageContext } from "../src/core/merge/language/languageContext.ts";
import { mergeSymbols } from "../src/core/merge/language/mergeNames.ts";
import { mergeMethods } from "../src/core/merge/methods/registry.ts";
import { hubFacts } from "../test/support/hubFacts.ts";
import { largeMergeFile } from "../test/support/largeMerge.ts";

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

const text = largeMergeFile();
const rounds = Number(options.rounds);

/** What is measured: its name, its limit in milliseconds, and the work at a place of the text. */
const works: readonly (readonly [name: string, limit: number, work: (text: string, at: number) => unknown])[] = [
  ["diagnostics", 150 - checkDelay, (edited) => diagnoseMerge(edited, context)],
  ["completion", 50, (edited, at) => completeMerge(edited, at, context)],
  ["hover", 50, (edited, at) => hoverMerge(edited, at, context)],
  ["outline", 50, (edited) => mergeSymbols(edited)],
  ["folding", 50, (edited) => foldYaml(edited)],
  ["formatting", 500, (edited) => formatYaml(edited)],
];

interface Times {
  /** By the clock, in milliseconds: what a person waits, and on a busy machine what others take besides. */
  readonly clock: number;
  /** Of this process with its helper threads, in milliseconds. */
  readonly processor: number;
}

async function time(work: (text: string, at: number) => unknown, round: number): Promise<Times> {
  const at = text.indexOf("\n", Math.floor((text.length * ((round * 7919) % 1000)) / 1000));
  const edited = `${text.slice(0, at)} # ${round}${text.slice(at)}`;
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
  for (const [name, , work] of works) {
    if (name === process.env.MEDLEY_BENCH_WORK) console.log(JSON.stringify(await time(work, 1)));
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
    `${text.split("\n").length} lines, ${text.length} characters; milliseconds by the clock (of the processor)`,
  );
  console.log("               limit         cold p50         warm p50         warm p95");
  for (const [name, limit, work] of works) {
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
    console.log(name.padEnd(14), String(limit).padStart(5), ...cells, isWithin ? "" : "  over the limit");
    if (!isWithin) process.exitCode = 1;
  }
}

await (options.cold ? printCold() : printAll());
