import { torchNameOf } from "../../../checkpoint/dtype.ts";
import type { MergeMethod } from "../../methods/method.ts";
import type { MergePlan, PlannedInput, PlannedTensor } from "../mergePlan.ts";
import { describeParameters } from "./partTensors.ts";
import type { ViewTensorRow } from "./schema.ts";

/** Every tensor of the result with its sources and the parameters that hold for it, in the order of writing. */
export function tensorRows({ tensors }: MergePlan, method: MergeMethod): ViewTensorRow[] {
  return tensors.map((tensor) => ({
    name: tensor.name,
    shape: [...tensor.shape],
    dtype: torchNameOf(tensor.dtype),
    sources: tensor.inputs.map(({ model, storedName, parameters }) => ({
      model,
      name: storedName,
      parameters: describeParameters([parameters], method),
    })),
    parameters: describeParameters([tensor.parameters], method),
    note: noteOf(tensor),
  }));
}

function noteOf({ inputs, usesRowMaps, data, work }: PlannedTensor): string {
  const notes = [
    data === undefined ? "" : "made by the plan",
    work === undefined && data === undefined ? "copied" : "",
    usesRowMaps ? "rows in the order of the merged vocabulary" : "",
    inputs.some(({ lora, replacement }: PlannedInput) => lora !== undefined || replacement !== undefined)
      ? "with an adapter"
      : "",
    inputs.some(({ noise }) => noise !== undefined) ? "with noise" : "",
  ];
  return notes.filter((note) => note !== "").join("; ");
}
