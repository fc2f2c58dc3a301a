import { TensorBlocks, blockMemory, copyInput } from "./blocks.ts";
import type { MergeMethod } from "./method.ts";
import { numberOf, wrongCount } from "./parameters.ts";

/** The tensor of the only model, unchanged or scaled; stacks layers of several models when used with slices. */
export const passthrough: MergeMethod = {
  name: "passthrough",
  summary: "Takes tensors as they are, to stack layers of models or to convert a dtype.",
  models: { minimum: 1, maximum: 1 },
  base: "none",
  parameters: [
    {
      name: "scale",
      scope: "model",
      type: "number",
      default: null,
      documentation: "Factor of the tensor; leave it out to copy the tensor bit by bit.",
    },
  ],
  shapes: "equal",
  promotion: "all",
  passes: () => 1,
  draws: () => 0,
  memory: (outline) => blockMemory(outline, 1),
  merge(task, kernels, write) {
    kernels.memory.reserve(this.memory(task));
    const [input] = task.inputs;
    if (input === undefined || task.inputs.length > 1) {
      throw wrongCount(task, "passthrough", "exactly one tensor", task.inputs.length);
    }
    if (input.parameters.scale === null || input.parameters.scale === undefined) {
      copyInput(task, kernels, write, input);
      return;
    }
    const scale = numberOf(input.parameters, "scale");
    const blocks = new TensorBlocks(task, kernels, write, { count: 1 });
    const block = blocks.allocate();
    blocks.forEach((start, n) => {
      blocks.load(input, start, n, block);
      kernels.scalar(blocks.dtype, "multiply", block, scale, block, n);
      blocks.store(block, n);
    });
  },
};
