import { TensorBlocks, blockMemory, copyInput } from "./blocks.ts";
import { histogramBytes } from "../kernels/kernels.ts";
import type { Address } from "../kernels/kernels.ts";
import { roundTo } from "../../checkpoint/floats.ts";
import { Differences } from "./differences.ts";
import { MagnitudeOrder, nothing } from "./magnitudes.ts";
import type { MergeMethod } from "./method.ts";
import { int8MaskParameter, modelsOf, numberOf, requireBase } from "./parameters.ts";
import { sumOverModels } from "../kernels/sums.ts";

/** Sums of weights below this are taken as zero. */
const smallestSum = 1e-6;

/** Select, calculate, erase (Wan et al. 2024, arXiv 2408.07990): the elements that vary most between the models, weighted by energy. */
export const sce: MergeMethod = {
  name: "sce",
  summary: "Adds the differences that vary most between the models, weighted by their energy, where the signs agree.",
  models: { minimum: 0, maximum: 1000 },
  base: "required",
  parameters: [
    {
      name: "select_topk",
      scope: "shared",
      type: "number",
      default: 1,
      minimum: 0,
      maximum: 1,
      documentation: "Share of the elements with a variance between the models that is kept.",
    },
    int8MaskParameter,
  ],
  shapes: "equal",
  promotion: "base",
  passes: ({ parameters }) => (Number(parameters.select_topk) < 1 ? 4 : 2),
  draws: () => 0,
  memory: (outline) => blockMemory(outline, outline.inputs.length + 2) + histogramBytes + 64,
  merge(task, kernels, write) {
    kernels.memory.reserve(this.memory(task));
    const base = requireBase(task, "sce");
    const models = modelsOf(task.inputs);
    if (models.length === 0) {
      copyInput(task, kernels, write, base);
      return;
    }
    const blocks = new TensorBlocks(task, kernels, write, { count: task.inputs.length + 2 });
    const { dtype } = blocks;
    const differences = new Differences(blocks, base, models);
    const { baseBlock, deltas } = differences;
    const [variances, out] = [blocks.allocate(), blocks.allocate()];
    const load = (start: number, n: number) => differences.load(start, n);

    const share = numberOf(task.parameters, "select_topk");
    const startMask = share < 1 ? prepareMask(blocks, load, deltas, variances, share) : () => () => {};
    const energies = models.map(() => 0);
    const maskEnergies = startMask();
    blocks.forEach((start, n) => {
      load(start, n);
      maskEnergies(n);
      for (const [index, delta] of deltas.entries()) energies[index]! += kernels.dotRounded(dtype, delta, delta, n);
    });
    const weights = energyWeights(energies, blocks.elements, (value) => roundTo(dtype, value));
    const mask = startMask();
    blocks.forEach((start, n) => {
      load(start, n);
      mask(n);
      kernels.addElected(dtype, deltas, weights, baseBlock, out, n, blocks.round(smallestSum));
      blocks.store(out, n);
    });
  },
};

function energyWeights(energies: readonly number[], elements: number, round: (value: number) => number): number[] {
  const means = energies.map((energy) => round(energy / elements));
  const sum = round(sumOverModels(means));
  return means.map((mean) => round(Math.abs(sum) < smallestSum ? 1 / means.length : mean / sum));
}

/** Returns what starts a pass that sets the differences of all but the most varying elements to zero. */
function prepareMask(
  blocks: TensorBlocks,
  load: (start: number, n: number) => void,
  deltas: readonly Address[],
  variances: Address,
  share: number,
): () => (n: number) => void {
  const { kernels, dtype } = blocks;
  const forEachVariance = (visit: (block: Address, n: number) => void) =>
    blocks.forEach((start, n) => {
      load(start, n);
      kernels.variance(dtype, deltas, variances, n);
      visit(variances, n);
    });
  const order = new MagnitudeOrder(kernels, dtype, forEachVariance, blocks.elements);
  const count = Math.floor(order.nonZero() * share);
  const range = count <= 0 ? nothing : order.largest(count);
  const seen = kernels.memory.allocate(8);
  return () => {
    kernels.memory.u32(seen, 2).fill(0);
    return (n) => {
      kernels.variance(dtype, deltas, variances, n);
      kernels.keepRange(dtype, variances, n, range, seen);
      for (const delta of deltas) kernels.keepWhere(dtype, delta, variances, n);
    };
  };
}
