/**
 * Merges generated checkpoints of 1.1 billion parameters with Medley and with mergekit, in turn, in the same run, and prints
 * time and peak memory of both, beside a plain copy of the bytes that a merge reads and writes. Linux only.
 * Usage: npm run build && npx tsx bench/merge/againstMergekit.ts PYTHON [FOLDER] [METHOD ...]
 * PYTHON is an interpreter that has mergekit 0.1.4 (with transformers 4 and pydantic 2.10); FOLDER keeps the checkpoints.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { tinyLlama, writeCheckpoint } from "./checkpoints.ts";
import { measure } from "./measure.ts";
import type { Usage } from "./measure.ts";

const [python, place = join(tmpdir(), "medley-bench"), ...chosen] = process.argv.slice(2);
if (python === undefined) throw new Error("Name a Python interpreter that has mergekit.");
const folder = resolve(place);
const command = join(dirname(fileURLToPath(import.meta.url)), "../../dist/cli.js");

interface Case {
  readonly models: readonly string[];
  readonly yaml: string;
}

const two = (parameters: string) =>
  `models:\n  - model: ${folder}/first\n    parameters: {${parameters}}\n  - model: ${folder}/second\n    parameters: {${parameters}}\n`;
const onBase = (method: string, parameters: string): Case => ({
  models: ["base", "first", "second"],
  yaml: `merge_method: ${method}\nbase_model: ${folder}/base\n${two(parameters)}dtype: bfloat16\n`,
});

const cases: Readonly<Record<string, Case>> = {
  linear: {
    models: ["first", "second"],
    yaml: `merge_method: linear\n${two("weight: 0.5")}dtype: bfloat16\n`,
  },
  slerp: {
    models: ["base", "first"],
    yaml: `merge_method: slerp\nbase_model: ${folder}/base\nmodels:\n  - model: ${folder}/first\nparameters: {t: 0.4}\ndtype: bfloat16\n`,
  },
  dare_ties: onBase("dare_ties", "weight: 0.5, density: 0.5"),
  ties: onBase("ties", "weight: 0.5, density: 0.5"),
};

/** Reads the files and writes as many bytes as one of them has to the disk, as a merge does. */
function plainCopy(models: readonly string[]): number {
  const started = performance.now();
  const buffer = new Uint8Array(1 << 20);
  const target = join(folder, "copy");
  const out = openSync(target, "w");
  for (const [index, model] of models.entries()) {
    const file = openSync(join(folder, model, "model.safetensors"), "r");
    for (let count; (count = readSync(file, buffer)) > 0;) if (index === 0) writeSync(out, buffer, 0, count);
    closeSync(file);
  }
  fsyncSync(out);
  closeSync(out);
  const seconds = (performance.now() - started) / 1000;
  rmSync(target);
  return seconds;
}

async function run(engine: "medley" | "mergekit", name: string): Promise<Usage> {
  const output = join(folder, `${name}-${engine}`);
  rmSync(output, { recursive: true, force: true });
  const usage =
    engine === "medley"
      ? await measure(
          "node",
          [command, "merge", `${name}.yml`, output, "--seed", "1", "--runs", join(folder, "runs")],
          folder,
        )
      : await measure(
          resolve(python!),
          ["-c", "from mergekit.scripts.run_yaml import main; main()", `${name}.yml`, output, "--random-seed", "1"],
          folder,
        );
  rmSync(output, { recursive: true, force: true });
  return usage;
}

mkdirSync(folder, { recursive: true });
writeCheckpoint(join(folder, "base"), tinyLlama, 1, 0);
writeCheckpoint(join(folder, "first"), tinyLlama, 2, 1e-3);
writeCheckpoint(join(folder, "second"), tinyLlama, 3, 1e-3);

const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(2);

console.log(
  "method     engine    seconds  processor s  GB/s  of copy's speed  peak RSS GB  anonymous GB  times faster",
);
for (const [name, { models, yaml }] of Object.entries(cases)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  writeFileSync(join(folder, `${name}.yml`), yaml);
  const bytes = (models.length + 1) * statSync(join(folder, "base", "model.safetensors")).size;
  const copy = plainCopy(models);
  const print = (engine: string, usage: Usage, faster: string) => {
    const columns = [
      usage.seconds.toFixed(1).padStart(7),
      usage.processorSeconds.toFixed(1).padStart(12),
      (bytes / usage.seconds / 1e9).toFixed(2).padStart(5),
      (copy / usage.seconds).toFixed(2).padStart(16),
      gigabytes(usage.residentBytes).padStart(12),
      gigabytes(usage.anonymousBytes).padStart(13),
      faster.padStart(13),
    ];
    console.log(`${name.padEnd(10)} ${engine.padEnd(9)}${columns.join(" ")}`);
  };
  const ours = await run("medley", name);
  const theirs = await run("mergekit", name);
  print("copy", { seconds: copy, processorSeconds: 0, residentBytes: 0, anonymousBytes: 0 }, "");
  print("medley", ours, (theirs.seconds / ours.seconds).toFixed(1));
  print("mergekit", theirs, "");
}
