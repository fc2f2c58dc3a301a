import { splitIntoShards, tensorBytes } from "../../checkpoint/safetensorsWriter.ts";
import type { Merge } from "../config/merge.ts";
import { formatModelReference, type ModelReference } from "../../checkpoint/modelReference.ts";
import type { MergePlan, PlannedTensor, PlanOptions } from "./mergePlan.ts";
import type { MergeMethod } from "../methods/method.ts";
import type { ByModel } from "../../checkpoint/byModel.ts";
import type { MergeFacts } from "../../checkpoint/modelFacts.ts";
import { configChanges } from "./outputConfig.ts";
import { resolveArchitecture } from "./mergeArchitecture.ts";
import { listOutputTensors, unusedTensors } from "./outputTensors.ts";
import { checkAdapter, resultWarnings } from "./resultChecks.ts";
import { planTensors } from "./planTensors.ts";
import { planTokenizer } from "../tokenizer/planTokenizer.ts";
import { largest } from "../../lists.ts";

/**
 * Works out a merge from its configuration and the headers of its models, before any weight is read.
 * @param facts for every model of `merge.models`
 * @throws ConfigurationError or DataError that says what does not fit
 */
export function planMerge(
  merge: Merge,
  method: MergeMethod,
  facts: ByModel<MergeFacts>,
  options: PlanOptions,
): MergePlan {
  const architecture = resolveArchitecture(merge, facts, options.allowMixedArchitectures);
  for (const [key, model] of facts) checkAdapter(key, model);
  const outputs = listOutputTensors(merge, architecture, facts);
  const tokenizer = merge.tokenizer === undefined ? undefined : planTokenizer(merge, merge.tokenizer, facts);
  const { tensors, warnings, castDtype } = planTensors(outputs, { method, merge, facts, options, tokenizer });
  const donor = merge.base ?? merge.models[0]!;
  const changes = configChanges(merge, architecture, facts, tensors, tokenizer);
  const leftOut = merge.models.flatMap((reference) => leftOutWarning(reference));
  const shards = splitIntoShards(tensors, options.outShardSize);
  const bytesToWrite = tensors.reduce((sum, tensor) => sum + tensorBytes(tensor), 0);
  return {
    merge,
    method: method.name,
    architecture: architecture.name,
    options,
    models: merge.models,
    donor,
    tensors,
    shards,
    configChanges: changes,
    ...(tokenizer === undefined ? {} : { tokenizer }),
    bytesToRead: distinctInputBytes(tensors),
    bytesToWrite,
    largestTask: Math.max(0, largest(tensors.map(({ memory }) => memory))),
    estimatedSeconds: estimateSeconds(tensors, bytesToWrite),
    usesRandomness: tensors.some(({ random }) => random !== undefined),
    ...(castDtype === undefined ? {} : { castDtype }),
    warnings: [
      ...(tokenizer?.warnings ?? []),
      ...warnings,
      ...leftOut,
      ...resultWarnings(formatModelReference(donor), facts.of(donor), tensors, changes),
    ],
  };

  function leftOutWarning(reference: ModelReference): string[] {
    const key = formatModelReference(reference);
    const names = unusedTensors(outputs, architecture, key, facts.of(key));
    if (names.length === 0) return [];
    const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
    return [
      `${key} has tensors that ${architecture.name} does not know; they are left out: ${names.slice(0, 3).join(", ")}${more}.`,
    ];
  }
}

function distinctInputBytes(tensors: readonly PlannedTensor[]): number {
  const seen = new Set<string>();
  let total = 0;
  for (const input of tensors.flatMap(({ inputs }) => inputs)) {
    const key = `${input.model}:${input.storedName}`;
    if (seen.has(key)) continue;
    seen.add(key);
    total += tensorBytes(input);
  }
  return total;
}

/** Assumed rates for the estimate: a SATA solid-state disk, and one core's kernels over page-cached input. */
const diskBytesPerSecond = 500e6;
const kernelBytesPerSecond = 1.5e9;

function estimateSeconds(tensors: readonly PlannedTensor[], bytesToWrite: number): number {
  const passes = tensors.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
  return (distinctInputBytes(tensors) + bytesToWrite) / diskBytesPerSecond + passes / kernelBytesPerSecond;
}
