import { TensorBlocks, blockMemory } from "./blocks.ts";
import type { MergeMethod } from "./method.ts";
import { modelsOf, numberOf, requireBase, wrongCount } from "./parameters.ts";

/** Moves the base model to the other one where they are near: by the share t / distance, at most wholly. */
export const nearswap: MergeMethod = {
  name: "nearswap",
  summary: "Takes the other model's value where it is nearer than t, and moves towards it less the farther it is.",
  models: { minimum: 1, maximum: 1 },
  base: "required",
  parameters: [
    {
      name: "t",
      scope: "shared",
      type: "number",
      minimum: 0,
      documentation: "Distance up to which an element is taken from the other model.",
    },
  ],
  shapes: "equal",
  promotion: "base",
  passes: () => 1,
  draws: () => 0,
  memory: (outline) => blockMemory(outline, 3),
  merge(task, kernels, write) {
    kernels.memory.reserve(this.memory(task));
    const base = requireBase(task, "nearswap");
    const [other, ...more] = modelsOf(task.inputs);
    if (other === undefined || more.length > 0) {
      throw wrongCount(task, "nearswap", "the base model and one other", task.inputs.length);
    }
    const blocks = new TensorBlocks(task, kernels, write, { count: 3 });
    const [a, b, out] = [blocks.allocate(), blocks.allocate(), blocks.allocate()];
    const options = { t: numberOf(task.parameters, "t"), floor: blocks.round(1e-6) };
    blocks.forEach((start, n) => {
      blocks.load(base, start, n, a);
      blocks.load(other, start, n, b);
      kernels.nearswap(blocks.dtype, a, b, out, n, options);
      blocks.store(out, n);
    });
  },
};
