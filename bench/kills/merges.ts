import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { outputFiles } from "../../src/node/runs/outputFolder.ts";
import { writeRandomCheckpoint } from "../../test/support/randomCheckpoint.ts";
import { Command } from "./command.ts";
import type { Job, Work } from "./job.ts";

const shape = { layers: 8, hidden: 32, intermediate: 64, vocabulary: 200 };
const configuration = (weight: number) => `merge_method: dare_ties
base_model: base
models:
  - model: one
    parameters: { weight: ${weight}, density: 0.5 }
  - model: two
    parameters: { weight: 0.7, density: 0.5 }
dtype: bfloat16
`;

/** Every visible file of a folder by name. */
function hashes(folder: string): Map<string, string> {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith(".")) : [];
  return new Map(
    names.sort().map((name) => [
      name,
      createHash("sha256")
        .update(readFileSync(join(folder, name)))
        .digest("hex"),
    ]),
  );
}

function same(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([name, hash]) => b.get(name) === hash);
}

/** Merges into an empty folder, or over a model of the same shape. */
export async function prepareMerges(folder: string, overwrite: boolean): Promise<Work> {
  await mkdir(folder, { recursive: true });
  for (const [seed, name] of ["base", "one", "two"].entries()) {
    await writeRandomCheckpoint(join(folder, name), shape, seed + 1);
  }
  await writeFile(join(folder, "merge.yml"), configuration(0.5));
  await writeFile(join(folder, "old.yml"), configuration(0.9));
  const merge = (config: string, place: string) => [
    ...["merge", config, `${place}/merged`, "--runs", `${place}/runs`, "--seed", "7", "--out-shard-size", "10k"],
    ...["--threads", "1", ...(overwrite ? ["--overwrite"] : [])],
  ];
  for (const [config, place] of [
    ["merge.yml", "whole"],
    ["old.yml", "old"],
  ] as const) {
    const command = new Command(merge(config, place), folder);
    if ((await command.end()) !== 0) throw new Error(command.stderr);
  }
  const expected = hashes(join(folder, "whole/merged"));
  const old = hashes(join(folder, "old/merged"));

  const begin = async (place: string): Promise<Job> => {
    const output = join(folder, place, "merged");
    if (overwrite) await cp(join(folder, "old/merged"), output, { recursive: true, preserveTimestamps: true });
    const staged = (name: string) => existsSync(join(output, outputFiles.staging, name));
    const shards = (): number =>
      staged("record.json")
        ? readdirSync(join(output, outputFiles.staging)).filter((name) => name.endsWith(".safetensors")).length
        : 0;
    const decided = (): boolean =>
      staged("record.json") && readIfThere(join(output, outputFiles.staging, "record.json")).includes('"files"');
    const placed = (): number => (decided() ? expected.size - countStaged(output) : 0);
    const complete = (): boolean => {
      const record = readIfThere(join(output, outputFiles.record));
      return record !== "" && !staged("record.json") && same(hashes(output), expected);
    };
    return {
      folder,
      command: merge("merge.yml", place),
      resume: ["runs", "resume", "latest", "--runs", `${place}/runs`, ...(overwrite ? ["--overwrite"] : [])],
      runs: join(folder, place, "runs"),
      moments: [
        ["at the start", (random) => ({ after: random() * 400 })],
        [
          "while it plans",
          (random) => ({ until: () => existsSync(join(folder, place, "runs")), after: random() * 60 }),
        ],
        ["while it merges", (random) => after(random, (count) => shards() >= count, expected.size - 8)],
        ["while it merges", (random) => after(random, (count) => shards() >= count, expected.size - 8)],
        ["when all is staged", (random) => ({ until: () => staged("README.md"), after: random() * 30 })],
        ["when it is decided", (random) => ({ until: decided, after: random() * 20 })],
        ["in the final renames", (random) => after(random, (count) => placed() >= count, expected.size)],
        ["in the final renames", (random) => after(random, (count) => placed() >= count, expected.size)],
        ["after the last rename", (random) => ({ until: complete, after: random() * 15 })],
      ],
      phase() {
        if (complete()) return "complete";
        if (!staged("record.json")) return "not begun";
        if (!decided()) return countStaged(output) < expected.size ? "merging" : "all staged";
        const count = placed();
        return count === 0 ? "decided" : count < expected.size ? "in the final renames" : "all renamed";
      },
      check() {
        const found = hashes(output);
        if (!found.has("config.json") || same(found, expected) || (overwrite && same(found, old))) return;
        throw new Error(`${output} looks like a model, and is neither the old nor the new one.`);
      },
      compare() {
        const found = hashes(output);
        if (!same(found, expected)) throw new Error(`${output} differs from the undisturbed merge.`);
        const hidden = readdirSync(output).filter((name) => name.startsWith("."));
        if (hidden.join() !== outputFiles.record) throw new Error(`${output} holds ${hidden.join(", ")}.`);
        return Promise.resolve({ files: found.size });
      },
    };
  };
  return { name: overwrite ? "merge --overwrite" : "merge", begin };
}

function after(random: () => number, reached: (count: number) => boolean, most: number) {
  const count = 1 + Math.floor(random() * most);
  return { until: () => reached(count), after: 0 };
}

function countStaged(output: string): number {
  try {
    const names = readdirSync(join(output, outputFiles.staging));
    return names.filter((name) => name !== "record.json" && !/\.(?:partial|tmp)$/.test(name)).length;
  } catch {
    // It was moved away between two looks.
    return 0;
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
