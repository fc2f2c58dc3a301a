import { TensorBlocks, blockMemory, copyInput } from "./blocks.ts";
import { storedDtype } from "./linear.ts";
import type { MergeMethod } from "./method.ts";
import { numberOf } from "./parameters.ts";

type Vector = readonly number[];

/** Products of all pairs of the models' tensors. */
type Gram = readonly Vector[];

const scaled = (vector: Vector, factor: number) => vector.map((value) => value * factor);
const combined = (a: Vector, factor: number, b: Vector) => a.map((value, index) => value + factor * b[index]!);
const product = (gram: Gram, a: Vector, b: Vector) =>
  a.reduce((sum, x, i) => sum + x * b.reduce((inner, y, j) => inner + gram[i]![j]! * y, 0), 0);
const lengthOf = (gram: Gram, a: Vector) => Math.sqrt(Math.max(0, product(gram, a, a)));

/**
 * Coefficients of the Karcher mean as a combination of the models' tensors. Every iterate of the Riemannian gradient descent
 * lies in their span, so their products are all that it needs.
 */
export function karcherCoefficients(gram: Gram, iterations: number, tolerance: number): number[] {
  const count = gram.length;
  const norms = gram.map((row, index) => Math.sqrt(row[index]!));
  const units = norms
    .map((norm, index) => ({ norm, unit: norms.map((_, other) => (other === index ? 1 / norm : 0)) }))
    .filter(({ norm }) => norm > tolerance)
    .map(({ unit }) => unit);
  const first = units[0];
  if (first === undefined) return norms.map(() => 0);
  const share = 1 / count;
  const sum = units.reduce((total, unit) => combined(total, share, unit), scaled(first, 0));
  const sumLength = lengthOf(gram, sum);
  let mean: Vector = sumLength < tolerance ? first : scaled(sum, 1 / sumLength);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const step = tangent(gram, units, mean, share, tolerance);
    const length = lengthOf(gram, step);
    if (length < tolerance) break;
    mean = combined(scaled(mean, Math.cos(length)), Math.sin(length) / length, step);
    mean = scaled(mean, 1 / lengthOf(gram, mean));
  }
  const scale = norms.reduce((total, norm) => total + share * (norm > tolerance ? norm : 0), 0);
  return [...scaled(mean, scale)];
}

/** The mean of the directions to the models, in the tangent space of `mean`. */
function tangent(gram: Gram, units: readonly Vector[], mean: Vector, share: number, tolerance: number): Vector {
  return units.reduce<Vector>(
    (total, unit) => {
      const cosine = Math.min(Math.max(product(gram, mean, unit), -1), 1);
      const angle = Math.acos(cosine);
      if (angle < tolerance) return total;
      const direction = combined(unit, -cosine, mean);
      return combined(total, (share * angle) / Math.sin(angle), direction);
    },
    scaled(mean, 0),
  );
}

/** The Riemannian centre of mass of the models' directions (Karcher 1977), at the mean of their lengths. */
export const karcher: MergeMethod = {
  name: "karcher",
  summary: "The mean on the sphere of the models' tensors, all with equal weight.",
  models: { minimum: 1, maximum: 1000 },
  base: "member",
  parameters: [
    {
      name: "max_iter",
      scope: "shared",
      type: "integer",
      default: 10,
      minimum: 0,
      documentation: "Most iterations.",
    },
    {
      name: "tol",
      scope: "shared",
      type: "number",
      default: 1e-5,
      minimum: 0,
      documentation: "Angle, in radians, below which the iteration stops.",
    },
  ],
  shapes: "equal",
  promotion: "all",
  passes: () => 2,
  draws: () => 0,
  memory: (outline) => blockMemory(outline, outline.inputs.length + 1),
  merge(task, kernels, write) {
    kernels.memory.reserve(this.memory(task));
    const { inputs } = task;
    if (inputs.length === 1) {
      copyInput(task, kernels, write, inputs[0]!);
      return;
    }
    const dtype = task.numerics === "classic" ? task.workDtype : storedDtype(task);
    const blocks = new TensorBlocks(task, kernels, write, { count: inputs.length + 1, dtype });
    const vectors = inputs.map(() => blocks.allocate());
    const out = blocks.allocate();
    const load = (start: number, n: number) => {
      for (const [index, input] of inputs.entries()) blocks.load(input, start, n, vectors[index]!);
    };
    const gram = inputs.map(() => inputs.map(() => 0));
    blocks.forEach((start, n) => {
      load(start, n);
      for (const [i, a] of vectors.entries()) {
        for (const [j, b] of vectors.slice(0, i + 1).entries()) gram[i]![j]! += kernels.dot(dtype, a, b, n);
      }
    });
    for (const [i, row] of gram.entries()) for (const j of row.keys()) if (j > i) row[j] = gram[j]![i]!;
    const coefficients = karcherCoefficients(
      gram,
      numberOf(task.parameters, "max_iter"),
      numberOf(task.parameters, "tol"),
    );
    blocks.forEach((start, n) => {
      load(start, n);
      kernels.weightedSum(dtype, vectors, coefficients, out, n, { roundProducts: false });
      blocks.store(out, n);
    });
  },
};
