import { ConfigurationError } from "../../core/errors.ts";
import { formatModelReference } from "../../core/checkpoint/modelReference.ts";
import type { WorkDtype } from "../../core/checkpoint/dtype.ts";
import type { LoraTarget } from "../../core/checkpoint/lora.ts";
import type { MergePlan, PlannedInput, PlannedTensor } from "../../core/merge/plan/mergePlan.ts";
import type { Numerics, ParameterValues, RandomPosition } from "../../core/merge/methods/method.ts";
import type { CheckpointTensor } from "../checkpoint/checkpoint.ts";
import type { FileTensor } from "../checkpoint/tensorFiles.ts";
import type { OpenedModel } from "../checkpoint/openModels.ts";

export interface JobInput extends FileTensor {
  readonly model: number;
  readonly modelName: string;
  readonly isBase: boolean;
  readonly parameters: ParameterValues;
  readonly noise?: { readonly scale: number; readonly seed: number };
  readonly lora?: {
    readonly target: LoraTarget;
    readonly a: FileTensor;
    readonly b: FileTensor;
    readonly magnitude?: FileTensor;
  };
}

/** One output tensor as a message to a worker thread. */
export interface TensorJob {
  /** Index in the plan. */
  readonly index: number;
  readonly name: string;
  readonly shape: readonly number[];
  readonly work?: { readonly dtype: WorkDtype; readonly output: WorkDtype };
  readonly inputs: readonly JobInput[];
  readonly parameters: ParameterValues;
  readonly random?: RandomPosition;
  readonly usesRowMaps: boolean;
  /** The result itself, where nothing is to be computed. */
  readonly data?: Uint8Array;
  /** Shard that it is written to, and where in it. */
  readonly output: { readonly file: string; readonly offset: number; readonly byteLength: number };
}

/** What all jobs of a merge share; sent to a worker once. */
export interface MergeContext {
  readonly method: string;
  readonly numerics: Numerics;
  /** `dtype` of the merge, which embeddings are cast to before their rows are averaged. */
  readonly castDtype?: WorkDtype;
  readonly rowMaps?: NonNullable<MergePlan["tokenizer"]>["rowMaps"];
}

/** Turns a planned tensor into a job by looking up where its inputs are stored. */
export function tensorJob(
  index: number,
  tensor: PlannedTensor,
  models: readonly OpenedModel[],
  output: TensorJob["output"],
): TensorJob {
  const { name, shape, work, parameters, random, usesRowMaps, data } = tensor;
  const inputs = tensor.inputs.map((input) => jobInput(input, models[input.model]!));
  return {
    index,
    name,
    shape,
    inputs,
    parameters,
    usesRowMaps,
    output,
    ...(work === undefined ? {} : { work }),
    ...(random === undefined ? {} : { random }),
    ...(data === undefined ? {} : { data }),
  };
}

function jobInput(input: PlannedInput, { checkpoint, adapter, reference }: OpenedModel): JobInput {
  const stored =
    input.replacement === undefined
      ? checkpoint.tensors.get(input.storedName)!
      : adapter!.tensors.get(input.replacement)!;
  const place = (name: string) => fileTensor(adapter!.tensors.get(name)!);
  const { lora } = input;
  return {
    ...fileTensor(stored),
    model: input.model,
    modelName: formatModelReference(reference),
    isBase: input.isBase,
    parameters: input.parameters,
    ...(input.noise === undefined ? {} : { noise: input.noise }),
    ...(lora === undefined
      ? {}
      : {
          lora: {
            target: lora,
            a: place(lora.a),
            b: place(lora.b),
            ...(lora.magnitude === undefined ? {} : { magnitude: place(lora.magnitude) }),
          },
        }),
  };
}

function fileTensor({ file, offset, dtype, shape, name }: CheckpointTensor): FileTensor {
  if (dtype === "F4" || dtype === "F6_E2M3" || dtype === "F6_E3M2" || dtype === "F8_E8M0" || dtype === "C64") {
    throw new ConfigurationError(`The tensor ${name} has the type ${dtype}, which a merge cannot use.`, {
      place: { file, field: name },
    });
  }
  return { file, offset, dtype, shape };
}
