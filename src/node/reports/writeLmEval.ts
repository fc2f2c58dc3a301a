import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { lmEvalFileNames, lmEvalResults, lmEvalSample, lmEvalTask } from "../../core/reports/lmEvalJson.ts";
import { writeAtomically } from "../files/writeAtomically.ts";
import { writeError } from "../files/writeError.ts";
import { readItems } from "../runs/itemStore.ts";
import type { ReadRun } from "./readRun.ts";

/**
 * Writes a run as lm-evaluation-harness writes its own: one results file, and one samples file a task.
 * @param output folder that gets a folder for the model
 * @returns the paths of the files
 * @throws RunError when they cannot be written, or the run's items are damaged
 */
export async function writeLmEval({ folder, run }: ReadRun, output: string): Promise<string[]> {
  const names = lmEvalFileNames(run);
  const target = join(output, names.folder);
  await mkdir(target, { recursive: true }).catch((error: unknown) => {
    throw writeError(target, error);
  });
  const paths: string[] = [];
  for (const { benchmark } of run.summary.benchmarks) {
    const path = join(target, names.samples(lmEvalTask(benchmark, run.summary.protocol.id)));
    await writeAtomically(path, sampleLines(folder, benchmark));
    paths.push(path);
  }
  const results = join(target, names.results);
  await writeAtomically(results, JSON.stringify(lmEvalResults(run), undefined, 2) + "\n");
  return [...paths, results];
}

async function* sampleLines(folder: string, benchmark: string): AsyncGenerator<Uint8Array> {
  const seen = new Map<number, number>();
  for await (const record of readItems(folder)) {
    if (record.benchmark !== benchmark) continue;
    const index = seen.get(record.draw) ?? 0;
    seen.set(record.draw, index + 1);
    yield Buffer.from(JSON.stringify(lmEvalSample(record, index)) + "\n");
  }
}
