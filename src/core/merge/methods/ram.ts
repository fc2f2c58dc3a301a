import type { Kernels } from "../kernels/kernels.ts";
import { TensorBlocks, blockMemory, copyInput } from "./blocks.ts";
import { Differences } from "./differences.ts";
import type { MergeMethod, MergeTask, ParameterSpec, TensorSink } from "./method.ts";
import { modelsOf, numberOf, requireBase } from "./parameters.ts";

export const epsilonParameter: ParameterSpec = {
  name: "epsilon",
  scope: "shared",
  type: "number",
  default: 1e-5,
  minimum: 0,
  documentation: "Smallest difference from the base model that counts as a change.",
};

/** Counts of changed elements of a model: those that others change too, and those that it alone changes. */
export interface Changes {
  readonly shared: number;
  readonly unique: number;
}

/**
 * Adds to the base model what the others change: the mean where several change an element, the whole difference, times
 * `factor` of the model's changes if there is one, where one alone does.
 */
export function addChanges(
  name: string,
  task: MergeTask,
  kernels: Kernels,
  write: TensorSink,
  factor?: (changes: Changes) => number,
): void {
  const base = requireBase(task, name);
  const models = modelsOf(task.inputs);
  if (models.length === 0) {
    copyInput(task, kernels, write, base);
    return;
  }
  const blocks = new TensorBlocks(task, kernels, write, { count: models.length + 2 });
  const { dtype } = blocks;
  const differences = new Differences(blocks, base, models);
  const { baseBlock, deltas } = differences;
  const single = factor !== undefined;
  const out = blocks.allocate("F32");
  const epsilon = blocks.round(numberOf(task.parameters, "epsilon"));

  let factors = models.map(() => 1);
  if (factor !== undefined) {
    const counts = kernels.memory.allocate(8 * models.length);
    kernels.memory.u32(counts, 2 * models.length).fill(0);
    blocks.forEach((start, n) => {
      differences.load(start, n);
      kernels.countActive(dtype, deltas, n, epsilon, counts);
    });
    const totals = kernels.memory.u32(counts, 2 * models.length);
    factors = models.map((_, index) => factor({ shared: totals[2 * index]!, unique: totals[2 * index + 1]! }));
  }
  blocks.forEach((start, n) => {
    differences.load(start, n);
    kernels.addActive(dtype, deltas, factors, baseBlock, out, n, { epsilon, single });
    blocks.store(out, n, single ? "F32" : dtype);
  });
}

/** Reinforced agent merging (2026): what models change alone is added whole, what several change is averaged. */
export const ram: MergeMethod = {
  name: "ram",
  summary: "Averages the changes that several models make and adds those whole that one alone makes.",
  models: { minimum: 0, maximum: 1000 },
  base: "required",
  parameters: [epsilonParameter],
  shapes: "equal",
  promotion: "base",
  passes: () => 1,
  draws: () => 0,
  memory: (outline) => blockMemory(outline, outline.inputs.length + 2) + 16 * outline.inputs.length,
  merge(task, kernels, write) {
    kernels.memory.reserve(this.memory(task));
    addChanges("ram", task, kernels, write);
  },
};
