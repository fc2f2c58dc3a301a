import { TensorBlocks, blockMemory, copyInput } from "./blocks.ts";
import { storedDtype } from "./linear.ts";
import type { MergeMethod } from "./method.ts";
import { numberOf, requireBase, wrongCount } from "./parameters.ts";

/** A vector shorter than this is not normalised. */
const smallestNorm = 1e-8;
/** From this cosine on the arc is taken as straight. */
const parallelCosine = 0.9995;

/** Factors of two vectors that interpolate along the arc between them, in single precision. */
export function arcFactors(cosine: number, t: number): readonly [number, number] {
  if (Math.abs(cosine) > parallelCosine) return [Math.fround(1 - t), Math.fround(t)];
  const angle = Math.acos(cosine);
  const sine = Math.sin(angle);
  return [Math.fround(Math.sin(angle - angle * t) / sine), Math.fround(Math.sin(angle * t) / sine)];
}

/** Spherical interpolation of whole tensors (Shoemake 1985), in single precision in both numerics. */
export const slerp: MergeMethod = {
  name: "slerp",
  summary: "Interpolates between two models along the arc between their tensors.",
  models: { minimum: 1, maximum: 1 },
  base: "required",
  parameters: [
    {
      name: "t",
      scope: "shared",
      type: "number",
      documentation: "Position between the models: 0 is the base model, 1 the other one.",
    },
  ],
  shapes: "common",
  promotion: "base",
  passes: () => 2,
  draws: () => 0,
  memory: (outline) => blockMemory(outline, 3),
  merge(task, kernels, write) {
    kernels.memory.reserve(this.memory(task));
    const [first, second] = task.inputs;
    if (first !== undefined && second === undefined) {
      copyInput(task, kernels, write, first);
      return;
    }
    if (task.inputs.length !== 2) throw wrongCount(task, "slerp", "exactly two models", task.inputs.length);
    const base = requireBase(task, "slerp");
    const other = first === base ? second! : first!;
    const dtype = task.numerics === "classic" ? task.workDtype : storedDtype(task);
    const blocks = new TensorBlocks(task, kernels, write, { count: 3, dtype });
    const [a, b, out] = [blocks.allocate(), blocks.allocate(), blocks.allocate()];
    const load = (start: number, n: number) => {
      blocks.load(base, start, n, a);
      blocks.load(other, start, n, b);
    };
    let [squareA, squareB, product] = [0, 0, 0];
    blocks.forEach((start, n) => {
      load(start, n);
      squareA += kernels.dot(dtype, a, a, n);
      squareB += kernels.dot(dtype, b, b, n);
      product += kernels.dot(dtype, a, b, n);
    });
    const norm = (square: number) => (Math.sqrt(square) > smallestNorm ? Math.sqrt(square) : 1);
    const factors = arcFactors(product / norm(squareA) / norm(squareB), numberOf(task.parameters, "t"));
    blocks.forEach((start, n) => {
      load(start, n);
      kernels.weightedSum(dtype, [a, b], factors, out, n, { roundProducts: false });
      blocks.store(out, n);
    });
  },
};
