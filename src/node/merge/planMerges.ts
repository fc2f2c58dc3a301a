import { readMergeFile, type NamedMerge } from "../../core/merge/config/readMergeFile.ts";
import type { MergeRunConfiguration } from "../../core/merge/mergeKind.ts";
import type { MergePlan } from "../../core/merge/plan/mergePlan.ts";
import { prepareMerge } from "./mergeModels.ts";
import { prepareMoe } from "./prepareMoe.ts";

export interface PlannedMerges {
  /** Plans of the merges whose models are there. */
  readonly plans: readonly MergePlan[];
  /** Merges that use the result of others of the same file, by what they are called: they are planned after those. */
  readonly waiting: readonly { readonly title: string; readonly uses: readonly string[] }[];
}

/**
 * Plans the merges of a file that can be planned now, from headers alone.
 * @throws ConfigurationError, FileError or DataError for what cannot be merged
 */
export async function planMerges(
  configuration: Pick<
    MergeRunConfiguration,
    "text" | "file" | "folder" | "seed" | "numerics" | "outShardSize" | "allowMixedArchitectures"
  >,
): Promise<PlannedMerges> {
  const { folder, seed, numerics, outShardSize, allowMixedArchitectures } = configuration;
  const options = { seed, numerics, outShardSize, allowMixedArchitectures };
  const file = readMergeFile(configuration.text, configuration.file);
  if (file.kind === "moe") return { plans: [(await prepareMoe(file.moe, { folder }, options)).plan], waiting: [] };
  const { merges } = file;
  const plans: MergePlan[] = [];
  const waiting: PlannedMerges["waiting"][number][] = [];
  for (const { merge } of merges) {
    const uses = usedNames(merge, merges);
    if (uses.length > 0) waiting.push({ title: merge.name ?? merge.method, uses });
    else plans.push((await prepareMerge(merge, { folder }, options)).plan);
  }
  return { plans, waiting };
}

function usedNames({ models }: NamedMerge["merge"], merges: readonly NamedMerge[]): string[] {
  const names = new Set(merges.map(({ merge }) => merge.name));
  return models.filter(({ model }) => names.has(model.path)).map(({ model }) => model.path);
}
