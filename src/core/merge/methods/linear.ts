import { dtypeBytes, type WorkDtype } from "../../checkpoint/dtype.ts";
import { TensorBlocks, blockMemory } from "./blocks.ts";
import type { MergeMethod, MergeTask } from "./method.ts";
import { booleanOf, normalizeParameter, sumOfWeights, weightParameter, weightsOf } from "./parameters.ts";

/**
 * The dtype that blocks are held in when a kernel rounds only its result: the stored one if all inputs and the output share it,
 * so that nothing need be converted.
 */
export function storedDtype(task: MergeTask): WorkDtype {
  const { outputDtype, workDtype } = task;
  if (dtypeBytes[outputDtype] > dtypeBytes[workDtype]) return workDtype;
  return task.inputs.every(({ source }) => source.dtype === outputDtype) ? outputDtype : workDtype;
}

/** Weighted mean of the models (Wortsman et al. 2022, arXiv 2203.05482). */
export const linear: MergeMethod = {
  name: "linear",
  summary: "Weighted mean of the models.",
  models: { minimum: 1, maximum: 1000 },
  base: "member",
  parameters: [weightParameter, normalizeParameter({ byDefault: true })],
  shapes: "common",
  promotion: "all",
  passes: () => 1,
  draws: () => 0,
  memory: (outline) => blockMemory(outline, outline.inputs.length + 1),
  merge(task, kernels, write) {
    kernels.memory.reserve(this.memory(task));
    const roundProducts = task.numerics === "classic";
    const dtype = roundProducts ? task.workDtype : storedDtype(task);
    const blocks = new TensorBlocks(task, kernels, write, { count: task.inputs.length + 1, dtype });
    const weights = weightsOf(task.inputs, task.workDtype);
    const inputs = task.inputs.map(() => blocks.allocate());
    const out = blocks.allocate();
    const normalize = booleanOf(task.parameters, "normalize");
    const divisor = normalize ? sumOfWeights(weights, task.workDtype) : undefined;
    blocks.forEach((start, n) => {
      for (const [index, input] of task.inputs.entries()) blocks.load(input, start, n, inputs[index]!);
      kernels.weightedSum(dtype, inputs, weights, out, n, { roundProducts, divisor });
      blocks.store(out, n);
    });
  },
};
