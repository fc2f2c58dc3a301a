import { ConfigurationError } from "../../core/errors.ts";
import { formatModelReference } from "../../core/merge/config/modelReference.ts";
import type { Merge } from "../../core/merge/config/merge.ts";
import type { MergePlan, PlanOptions } from "../../core/merge/mergePlan.ts";
import type { MergeMethod } from "../../core/merge/methods/method.ts";
import { mergeMethods } from "../../core/merge/methods/registry.ts";
import { planMerge } from "../../core/merge/plan.ts";
import { resolveChatTemplate } from "../../core/merge/tokenizer/tokenizerFiles.ts";
import { jsonSha256 } from "../../core/runs/canonicalJson.ts";
import { executeMerge, type ExecuteOptions } from "./executeMerge.ts";
import { openModels, type ModelPlaces, type OpenedModel } from "./openModels.ts";
import { OutputFolder } from "./outputFolder.ts";
import { writeModelFiles } from "./writeModelFiles.ts";

/** A merge whose models are opened and whose plan is made. */
export interface PreparedMerge {
  readonly plan: MergePlan;
  readonly method: MergeMethod;
  /** By `formatModelReference`. */
  readonly models: ReadonlyMap<string, OpenedModel>;
  /** Hash of everything that decides the bytes of the result. */
  readonly fingerprint: string;
}

/** Opens the models by their headers and plans the merge; reads no weights. */
export async function prepareMerge(merge: Merge, places: ModelPlaces, options: PlanOptions): Promise<PreparedMerge> {
  const method = mergeMethods.get(merge.method);
  if (method === undefined) {
    throw new ConfigurationError(`Unknown merge method ${JSON.stringify(merge.method)}.`, {
      place: { field: "merge_method" },
    });
  }
  // Before hours of work, not after them.
  if (merge.chatTemplate !== undefined) resolveChatTemplate(merge.chatTemplate, []);
  const models = await openModels(merge.models, places);
  const facts = new Map([...models].map(([key, model]) => [key, model.facts]));
  return preparedFrom(planMerge(merge, method, facts, options), method, models);
}

export function preparedFrom(
  plan: MergePlan,
  method: MergeMethod,
  models: ReadonlyMap<string, OpenedModel>,
): PreparedMerge {
  return { plan, method, models, fingerprint: fingerprintOf(plan, models) };
}

/** Inputs count by size and modification time: hashing them would take as long as the merge. */
function fingerprintOf(plan: MergePlan, models: ReadonlyMap<string, OpenedModel>): string {
  const inputs = plan.models.map((reference) => {
    const { checkpoint, adapter } = models.get(formatModelReference(reference))!;
    return [...checkpoint.files, ...(adapter?.files ?? [])].map(({ path, size, modified }) => [path, size, modified]);
  });
  const { shards, options, method, castDtype } = plan;
  const tensors = plan.tensors.map(({ data, ...tensor }) => ({
    ...tensor,
    ...(data && { data: jsonSha256([...data]) }),
  }));
  return jsonSha256({
    format: 1,
    inputs,
    tensors,
    shards,
    options,
    method,
    castDtype,
    rows: plan.tokenizer?.tokenizerJson,
  });
}

export interface MergeOptions extends ExecuteOptions {
  /** Replace a model that is already in the output folder. */
  readonly overwrite: boolean;
  /** An earlier session has worked on this merge. */
  readonly resumed?: boolean;
  /** Called between stages: `merge` while tensors are computed, `finish` while files are put in place. */
  readonly onPhase?: (phase: "merge" | "finish") => Promise<void>;
}

/**
 * Performs a prepared merge, or the rest of one that was interrupted in the same folder. The folder holds a complete
 * checkpoint afterwards, or nothing that could be taken for one.
 * @param configurationText saved beside the result
 */
export async function performMerge(
  prepared: PreparedMerge,
  folder: string,
  configurationText: string,
  options: MergeOptions,
): Promise<void> {
  const { plan, models, method, fingerprint } = prepared;
  if (options.resumed === true && (await OutputFolder.wasFinished(folder, plan.shards))) return;
  const output = await OutputFolder.prepare(folder, plan.shards, fingerprint, options.overwrite);
  await options.onPhase?.("merge");
  await executeMerge(plan, models, output, options);
  await options.onPhase?.("finish");
  await writeModelFiles(plan, method, models, output, configurationText);
  await output.finish();
}
