import { ConfigurationError } from "../../errors.ts";
import { compareUtf8, tensorBytes } from "../../checkpoint/safetensorsWriter.ts";
import type { Merge } from "../config/merge.ts";
import { formatModelReference } from "../../checkpoint/modelReference.ts";
import type { WorkDtype } from "../../checkpoint/dtype.ts";
import { findLoraChange } from "../../checkpoint/lora.ts";
import { tensorDtypes, tensorLayout, type InputHeader } from "../methods/layout.ts";
import type { MergeMethod, TaskOutline } from "../methods/method.ts";
import { ByModel } from "../../checkpoint/byModel.ts";
import type { ModelFacts } from "../../checkpoint/modelFacts.ts";
import type { OutputTensor, OutputTensorInput } from "./outputTensors.ts";
import { modelParameters, sharedParameters } from "./parameters.ts";
import type { PlannedInput, PlannedTensor, PlanOptions } from "./mergePlan.ts";
import type { TokenizerPlan } from "../tokenizer/planTokenizer.ts";
import { append } from "../../lists.ts";

/** What all tensors of a merge are planned by. */
export interface PlanningContext {
  readonly method: MergeMethod;
  readonly merge: Merge;
  readonly facts: ByModel<ModelFacts>;
  readonly options: PlanOptions;
  readonly tokenizer: TokenizerPlan | undefined;
}

/** Computes for every output tensor its shape, types, parameters and place in the random stream. */
export function planTensors(
  outputs: readonly OutputTensor[],
  context: PlanningContext,
): { tensors: PlannedTensor[]; warnings: string[]; castDtype: WorkDtype | undefined } {
  const warnings: string[] = [];
  const planner = new TensorPlanner(context, warnings);
  const planned = inWorkOrder(outputs).map((output) => planner.plan(output));
  let offset = 0;
  const tensors = planned.map(({ tensor, draws }) => {
    if (draws === 0) return tensor;
    const random = { seed: context.options.seed, offset };
    offset += draws;
    return { ...tensor, random };
  });
  return { tensors, warnings, castDtype: planner.dtype };
}

/** The reference works through tensors by the largest stored name among their inputs; the random stream follows. */
function inWorkOrder(outputs: readonly OutputTensor[]): OutputTensor[] {
  const named = outputs.map((output) => {
    const stored = output.inputs.map(({ storedName }) => storedName);
    return { output, largest: stored.reduce((a, b) => (compareUtf8(a, b) >= 0 ? a : b)) };
  });
  named.sort((a, b) => compareUtf8(a.largest, b.largest) || compareUtf8(a.output.name, b.output.name));
  return named.map(({ output }) => output);
}

class TensorPlanner {
  private readonly modelIndex: ByModel<number>;
  readonly dtype: WorkDtype | undefined;
  private readonly outDtype: WorkDtype | undefined;

  constructor(
    private readonly context: PlanningContext,
    private readonly warnings: string[],
  ) {
    const { merge } = context;
    this.modelIndex = new ByModel(merge.models.map((reference, index) => [reference, index]));
    this.dtype = readDtype(merge.dtype, "dtype");
    this.outDtype = readDtype(merge.outDtype, "out_dtype");
  }

  plan(output: OutputTensor): { tensor: PlannedTensor; draws: number } {
    const { method, options, tokenizer } = this.context;
    const base = output.place.slice.base ?? output.place.merge.base;
    const baseKey = base === undefined ? undefined : formatModelReference(base);
    const all = output.inputs.map((input) => this.planInput(output, input, input.source.key === baseKey));
    const usesRowMaps = tokenizer !== undefined && output.isEmbedding && all.every(({ shape }) => shape.length === 2);
    const headers = all.map((input, index): InputHeader => {
      const shape = usesRowMaps ? [tokenizer.rows, input.shape[1]!] : input.shape;
      return {
        model: output.inputs[index]!.source.key,
        isBase: input.isBase,
        shape,
        dtype: input.dtype as InputHeader["dtype"],
      };
    });
    const layout = tensorLayout(method, output.name, headers, output.isEmbedding);
    append(this.warnings, layout.warnings);
    const inputs = layout.used.map((index) => all[index]!);
    const used = layout.used.map((index) => headers[index]!);
    const { numerics } = options;
    const { dtype, outDtype } = this;
    const dtypes = tensorDtypes(method, output.name, used, { numerics, dtype, outDtype });
    const common = { name: output.name, shape: layout.shape, inputs, usesRowMaps };
    const onePass = inputs.reduce((sum, input) => sum + tensorBytes(input), 0);
    if (dtypes === undefined) return { tensor: this.planCopy(common), draws: 0 };
    const parameters = sharedParameters(method, output.place, output.name);
    const outline: TaskOutline = {
      name: output.name,
      shape: layout.shape,
      inputs: inputs.map(({ isBase, parameters: own }, index) => ({
        model: used[index]!.model,
        isBase,
        parameters: own,
      })),
      parameters,
      numerics,
      workDtype: dtypes.work,
      outputDtype: dtypes.output,
    };
    const tensor = {
      ...common,
      dtype: dtypes.output,
      work: { dtype: dtypes.work, output: dtypes.output },
      parameters,
      memory: method.memory(outline),
      bytesRead: onePass * method.passes(outline),
    };
    return { tensor, draws: method.draws(outline) };
  }

  /** Integer tensors (counters, position ids) are not averaged: the first model's is taken. */
  private planCopy(common: Pick<PlannedTensor, "name" | "shape" | "inputs" | "usesRowMaps">): PlannedTensor {
    const [first] = common.inputs;
    if (/^F\d/.test(first!.dtype)) {
      throw new ConfigurationError(`${common.name} is stored as ${first!.dtype}, in which merges are not computed.`, {
        hint: "Convert the checkpoint to bfloat16 or float32 first.",
        place: { field: common.name },
      });
    }
    this.warnings.push(`${common.name} is not floating-point (${first!.dtype}); it is copied from the first model.`);
    const bytesRead = tensorBytes(first!);
    return { ...common, inputs: [first!], dtype: first!.dtype, parameters: {}, memory: 0, bytesRead };
  }

  private planInput(output: OutputTensor, input: OutputTensorInput, isBase: boolean): PlannedInput {
    const { source, name, storedName } = input;
    const facts = this.context.facts.of(source.key);
    const stored = facts.tensors.get(storedName)!;
    const { target, replacement } = findLoraChange(facts.adapter, [storedName, name]);
    const replaced = replacement === undefined ? undefined : facts.adapter!.tensors.get(replacement)!;
    if (target !== undefined && stored.shape.length !== 2) {
      throw new ConfigurationError(`The adapter of ${source.key} changes ${storedName}, which is not a matrix.`);
    }
    return {
      model: this.modelIndex.of(source.key),
      storedName,
      dtype: (replaced ?? stored).dtype,
      shape: (replaced ?? stored).shape,
      isBase,
      parameters: modelParameters(this.context.method, output.place, source, name, isBase),
      ...(target === undefined ? {} : { lora: target }),
      ...(replacement === undefined ? {} : { replacement }),
    };
  }
}

const workDtypeOfName: Readonly<Record<string, WorkDtype>> = {
  bfloat16: "BF16",
  float16: "F16",
  float32: "F32",
};

/** The type that a configuration names. @throws ConfigurationError when merges are not computed in it */
export function readDtype(name: string | undefined, field: string): WorkDtype | undefined {
  if (name === undefined) return undefined;
  const dtype = workDtypeOfName[name.replace(/^torch\./, "")];
  if (dtype === undefined) {
    throw new ConfigurationError(`\`${field}\`: ${JSON.stringify(name)} is not accepted.`, {
      hint: `Use one of ${Object.keys(workDtypeOfName).join(", ")}.`,
      place: { field },
    });
  }
  return dtype;
}
