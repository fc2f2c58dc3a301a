import { torchNameOf } from "../checkpoint/dtype.ts";
import type { Merge } from "./config/merge.ts";
import type { ModelFacts } from "./modelFacts.ts";
import { sliceLength, type MergeArchitecture } from "./outputTensors.ts";
import type { PlannedTensor } from "./mergePlan.ts";
import type { TokenizerPlan } from "./tokenizer/planTokenizer.ts";

/**
 * Top-level keys of config.json that the result needs to differ from the donor's: element type, number of layers (when
 * slices were stacked) and vocabulary size, each only where it is not what the donor says.
 */
export function configChanges(
  merge: Merge,
  architecture: MergeArchitecture,
  donor: ModelFacts,
  tensors: readonly PlannedTensor[],
  tokenizer: TokenizerPlan | undefined,
): Record<string, unknown> {
  const changes: Record<string, unknown> = {};
  const set = (key: string, value: unknown) => {
    if (donor.config.document[key] !== value) changes[key] = value;
  };
  set("dtype" in donor.config.document ? "dtype" : "torch_dtype", mainDtypeName(tensors));
  if ("dtype" in donor.config.document && "torch_dtype" in donor.config.document) {
    set("torch_dtype", mainDtypeName(tensors));
  }
  const stacked = merge.modules.filter(({ spansAllLayers }) => !spansAllLayers);
  if (stacked.length > 0 && architecture.layerCountKey !== undefined) {
    const slices = stacked.flatMap((module) => module.slices);
    set(
      architecture.layerCountKey,
      slices.reduce((sum, slice) => sum + sliceLength(slice, architecture), 0),
    );
  }
  const rows = tokenizer?.rows ?? embeddingRows(tensors, donor);
  if (rows !== undefined) set("vocab_size", rows);
  return changes;
}

/** Name of the type that most elements have. */
function mainDtypeName(tensors: readonly PlannedTensor[]): string {
  const counts = new Map<string, number>();
  for (const { dtype, shape } of tensors) {
    const elements = shape.reduce((product, size) => product * size, 1);
    counts.set(torchNameOf(dtype), (counts.get(torchNameOf(dtype)) ?? 0) + elements);
  }
  return [...counts].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
}

/**
 * Rows of the embeddings when they were cut to what all models share, so that the result loads (the reference leaves
 * the donor's number there). Padded embeddings, larger than `vocab_size` from the start, are left alone.
 */
function embeddingRows(tensors: readonly PlannedTensor[], donor: ModelFacts): number | undefined {
  const declared = donor.config.integer("vocab_size");
  const cut = tensors.find(
    ({ shape, inputs }) => shape.length === 2 && inputs.some((input) => input.shape[0]! > shape[0]!),
  );
  return cut === undefined || declared === undefined || cut.shape[0]! >= declared ? undefined : cut.shape[0];
}
