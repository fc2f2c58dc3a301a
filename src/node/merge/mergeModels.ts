import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { ConfigurationError, FileError } from "../../core/errors.ts";
import type { Merge } from "../../core/merge/config/merge.ts";
import type { MergePlan, PlanOptions } from "../../core/merge/plan/mergePlan.ts";
import type { MergeMethod } from "../../core/merge/methods/method.ts";
import { mergeMethods } from "../../core/merge/methods/registry.ts";
import { planMerge } from "../../core/merge/plan/plan.ts";
import { resolveChatTemplate } from "../../core/tokenizer/tokenizerFiles.ts";
import { jsonSha256 } from "../../core/runs/canonicalJson.ts";
import { mergeTensors, type MergeTensorsOptions } from "./mergeTensors.ts";
import type { ByModel } from "../../core/checkpoint/byModel.ts";
import { openModels, type ModelPlaces, type OpenedModel } from "../checkpoint/openModels.ts";
import { OutputFolder } from "../runs/outputFolder.ts";
import { medleyVersion } from "../runs/versions.ts";
import { checkpointForm, copiedFiles } from "../checkpoint/checkpointForm.ts";
import { StagedShards } from "../checkpoint/stagedShards.ts";
import { writeModelFiles } from "./writeModelFiles.ts";

/** A merge whose models are opened and whose plan is made. */
export interface PreparedMerge {
  readonly plan: MergePlan;
  readonly method: MergeMethod;
  readonly models: ByModel<OpenedModel>;
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
  const facts = models.map((model) => model.facts);
  return { plan: planMerge(merge, method, facts, options), method, models };
}

/**
 * Hash of everything that decides the bytes of the result. Inputs count by size and modification time: hashing them would take
 * as long as the merge.
 * @param configurationText saved beside the result
 */
export async function fingerprintOf({ plan, models }: PreparedMerge, configurationText: string): Promise<string> {
  const inputs = [];
  for (const { checkpoint, adapter } of models.values()) {
    const weights = [...checkpoint.files, ...(adapter?.files ?? [])].map((file) => [
      file.path,
      file.size,
      file.modified,
    ]);
    inputs.push({ config: checkpoint.configText, weights, others: await smallFiles(checkpoint.folder) });
  }
  const { shards, options, method, castDtype, configChanges } = plan;
  const tensors = plan.tensors.map(({ data, ...tensor }) => ({
    ...tensor,
    ...(data && { data: jsonSha256([...data]) }),
  }));
  return jsonSha256({
    format: 2,
    medley: medleyVersion,
    configurationText,
    inputs,
    tensors,
    shards,
    options,
    method,
    castDtype,
    configChanges,
    rows: plan.tokenizer?.tokenizerJson,
  });
}

/** What may be copied beside the weights, with size and modification time. */
async function smallFiles(folder: string): Promise<[name: string, bytes: number, modified: number][]> {
  const names = (await readdir(folder)).filter((name) => copiedFiles.includes(name)).sort();
  return await Promise.all(
    names.map(async (name) => {
      const { size, mtimeMs } = await stat(join(folder, name));
      return [name, size, mtimeMs] as [string, number, number];
    }),
  );
}

export interface MergeOptions extends MergeTensorsOptions {
  /** Replace a model that is already in the output folder. */
  readonly overwrite: boolean;
  /** Folder of the run that merges. */
  readonly run?: string;
  /**
   * Called between stages: `merge` while tensors are computed, `finish` while files are put in place, `complete` instead of
   * both when the folder holds the result of this very merge already.
   */
  readonly onPhase?: (phase: "merge" | "finish" | "complete") => Promise<void>;
}

/**
 * Performs a prepared merge, or the rest of one that was interrupted in the same folder. The folder holds a complete
 * checkpoint afterwards, or nothing that could be taken for one.
 * @param configurationText saved beside the result
 * @throws FileError when the folder holds another model, or one that is merged; RunError when another process writes it
 */
export async function performMerge(
  prepared: PreparedMerge,
  folder: string,
  configurationText: string,
  options: MergeOptions,
): Promise<void> {
  const { plan, models, method } = prepared;
  await refuseInput(folder, models);
  const fingerprint = await fingerprintOf(prepared, configurationText);
  const { run, overwrite, onPhase = () => Promise.resolve() } = options;
  const identity = { fingerprint, seed: plan.options.seed, ...(run === undefined ? {} : { run }) };
  const output = await OutputFolder.open(folder, identity, checkpointForm, { overwrite });
  try {
    if (output.isComplete) return await onPhase("complete");
    const shards = await StagedShards.prepare(output, plan.shards);
    await onPhase("merge");
    const signals = options.signal === undefined ? [output.signal] : [options.signal, output.signal];
    await mergeTensors(plan, models, shards, { ...options, signal: AbortSignal.any(signals) });
    await onPhase("finish");
    await writeModelFiles(plan, method, models, output, configurationText);
    await output.commit();
  } finally {
    await output.close();
  }
}

/** A merge that replaced one of its own models could not be repeated, nor go on after an interruption. */
async function refuseInput(folder: string, models: ByModel<OpenedModel>): Promise<void> {
  const output = await realpath(folder).catch(() => undefined);
  if (output === undefined) return;
  for (const [name, { checkpoint, adapter }] of models) {
    for (const input of [checkpoint.folder, ...(adapter === undefined ? [] : [adapter.folder])]) {
      if ((await realpath(input)) !== output) continue;
      throw new FileError(`The output folder is that of ${name}, which is merged.`, {
        hint: "Choose another folder for the result.",
        place: { file: folder },
      });
    }
  }
}
