import { join } from "node:path";
import { performMerge, prepareMerge } from "../../src/node/merge/mergeModels.ts";
import { readMerges } from "./readMerges.ts";

/**
 * Merges models of a folder into another one inside it.
 * @returns the warnings of the plan
 */
export async function mergeFolder(folder: string, configuration: string, output: string): Promise<readonly string[]> {
  const [{ merge }] = readMerges(configuration);
  const options = { seed: 0, numerics: "classic", outShardSize: 5e9, allowMixedArchitectures: false } as const;
  const prepared = await prepareMerge(merge, { folder }, options);
  await performMerge(prepared, join(folder, output), configuration, { memory: 2 ** 30, threads: 1, overwrite: false });
  return prepared.plan.warnings;
}
