import type { TensorSpec } from "../../checkpoint/safetensorsWriter.ts";
import type { Merge } from "../config/merge.ts";
import type { ModelReference } from "../../checkpoint/modelReference.ts";
import type { Dtype, WorkDtype } from "../../checkpoint/dtype.ts";
import type { LoraTarget } from "../../checkpoint/lora.ts";
import type { Numerics, ParameterValues, RandomPosition } from "../methods/method.ts";
import type { TokenizerPlan } from "../tokenizer/planTokenizer.ts";

export interface PlanOptions {
  readonly numerics: Numerics;
  /** 0 … 2³² − 1; every merge has one, whether or not its method draws. */
  readonly seed: number;
  /** Bytes that a shard may have, unless it holds a single tensor. */
  readonly outShardSize: number;
  /** Merge models of different architectures as far as their tensors agree. */
  readonly allowMixedArchitectures: boolean;
}

/** One stored tensor that an output tensor is computed from. */
export interface PlannedInput {
  /** Index into `MergePlan.models`. */
  readonly model: number;
  readonly storedName: string;
  readonly dtype: Dtype;
  /** As stored. */
  readonly shape: readonly number[];
  readonly isBase: boolean;
  readonly parameters: ParameterValues;
  /** Change of an adapter that is fused while reading. */
  readonly lora?: LoraTarget;
  /** Tensor of the adapter that stands in for the model's. */
  readonly replacement?: string;
  /** Normal noise that is added while reading. */
  readonly noise?: { readonly scale: number; readonly seed: number };
}

export interface PlannedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  /** Absent for a tensor that is not floating-point: it is copied from the first input. */
  readonly work?: { readonly dtype: WorkDtype; readonly output: WorkDtype };
  readonly inputs: readonly PlannedInput[];
  readonly parameters: ParameterValues;
  readonly random?: RandomPosition;
  /** Whether its rows are tokens that are brought into the order of the result's vocabulary. */
  readonly usesRowMaps: boolean;
  /** Kernel memory that the computation needs, in bytes. */
  readonly memory: number;
  /** Its bytes, where the plan makes them itself (the router of a mixture of experts). */
  readonly data?: Uint8Array;
  /** Bytes that are read from disk or page cache, all passes counted. */
  readonly bytesRead: number;
}

export interface MergePlan {
  readonly merge: Merge;
  readonly method: string;
  readonly architecture: string;
  readonly options: PlanOptions;
  /** All models, the base model first. */
  readonly models: readonly ModelReference[];
  /** The model whose config.json, generation settings and (unless merged) tokenizer are used. */
  readonly donor: ModelReference;
  /** In the order in which they are computed and written: by the largest stored name of their inputs. */
  readonly tensors: readonly PlannedTensor[];
  readonly shards: readonly (readonly TensorSpec[])[];
  /** Values of config.json that differ from the donor's, by dotted path. */
  readonly configChanges: Readonly<Record<string, unknown>>;
  readonly tokenizer?: TokenizerPlan;
  /** Distinct bytes of the inputs, each counted once. */
  readonly bytesToRead: number;
  readonly bytesToWrite: number;
  /** Kernel memory of the most demanding tensor, in bytes. */
  readonly largestTask: number;
  /** Seconds on one thread at the assumed rates of `estimateSeconds`. */
  readonly estimatedSeconds: number;
  readonly usesRandomness: boolean;
  /** `dtype` of the merge: inputs are cast to it when they are read. */
  readonly castDtype?: WorkDtype;
  readonly warnings: readonly string[];
}
