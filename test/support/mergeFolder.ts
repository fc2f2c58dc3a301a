import { join } from "node:path";
import { readMergeFile } from "../../src/core/merge/config/readMergeFile.ts";
import { performMerge, prepareMerge } from "../../src/node/merge/mergeModels.ts";
import { prepareMoe } from "../../src/node/merge/prepareMoe.ts";

/**
 * Merges models of a folder, or makes a mixture of them, into another one inside it.
 * @returns the warnings of the plan
 */
export async function mergeFolder(folder: string, configuration: string, output: string): Promise<readonly string[]> {
  const file = readMergeFile(configuration, "merge.yml");
  const options = { seed: 0, numerics: "classic", outShardSize: 5e9, allowMixedArchitectures: false } as const;
  const prepared =
    file.kind === "moe"
      ? await prepareMoe(file.moe, { folder }, options)
      : await prepareMerge(file.merges[0]!.merge, { folder }, options);
  await performMerge(prepared, join(folder, output), configuration, { memory: 2 ** 30, threads: 1, overwrite: false });
  return prepared.plan.warnings;
}
