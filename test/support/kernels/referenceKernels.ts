import type { WorkDtype } from "../../../src/core/checkpoint/dtype.ts";
import { roundTo } from "../../../src/core/checkpoint/floats.ts";
import { elementsAt } from "../../../src/core/checkpoint/elements.ts";
import { KernelMemory } from "../../../src/core/merge/kernels/kernelMemory.ts";
import type { Kernels, Operation } from "../../../src/core/merge/kernels/kernels.ts";
import { referenceDeltas } from "./referenceDeltas.ts";
import { referenceRandom } from "./referenceRandom.ts";
import { referenceSelection } from "./referenceSelection.ts";
import { rounding } from "./rounding.ts";
import { sumOverModels } from "../../../src/core/merge/kernels/sums.ts";

const step = Math.fround;

const apply: Readonly<Record<Operation, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
};

/**
 * The kernels in plain TypeScript, one element after the other: what the WebAssembly kernels are tested against.
 */
export function createReferenceKernels(): Kernels {
  let buffer = new ArrayBuffer(65536);
  const memory = new KernelMemory(
    16,
    () => buffer,
    (bytes) => {
      const grown = new ArrayBuffer(bytes + 65536);
      new Uint8Array(grown).set(new Uint8Array(buffer));
      buffer = grown;
    },
  );
  const at = (dtype: WorkDtype, address: number) => elementsAt(buffer, dtype, address);

  return {
    memory,
    ...referenceSelection(memory),
    ...referenceRandom(memory),
    ...referenceDeltas(at, memory),
    convert(from, to, source, out, n) {
      const [x, y] = [at(from, source), at(to, out)];
      for (let i = 0; i < n; i++) y.set(i, x.get(i));
    },
    binary(dtype, operation, a, b, out, n) {
      const [x, y, z] = [at(dtype, a), at(dtype, b), at(dtype, out)];
      for (let i = 0; i < n; i++) z.set(i, step(apply[operation](x.get(i), y.get(i))));
    },
    scalar(dtype, operation, a, value, out, n) {
      const [x, z] = [at(dtype, a), at(dtype, out)];
      const scalar = step(value);
      for (let i = 0; i < n; i++) z.set(i, step(apply[operation](x.get(i), scalar)));
    },
    weightedSum(dtype, blocks, weights, out, n, { roundProducts, divisor }) {
      const round = roundProducts ? rounding(dtype) : step;
      const inputs = blocks.map((block) => at(dtype, block));
      const z = at(dtype, out);
      for (let i = 0; i < n; i++) {
        const products = inputs.map((x, model) => round(step(x.get(i) * step(weights[model]!))));
        const sum = sumOverModels(products);
        z.set(i, divisor === undefined ? sum : step(round(sum) / step(divisor)));
      }
    },
    sumAbsolute(dtype, a, n) {
      const x = at(dtype, a);
      return sumOverElements(n, (i) => Math.abs(x.get(i)));
    },
    dot(dtype, a, b, n) {
      const [x, y] = [at(dtype, a), at(dtype, b)];
      return sumOverElements(n, (i) => x.get(i) * y.get(i));
    },
    dotRounded(dtype, a, b, n) {
      const [x, y] = [at(dtype, a), at(dtype, b)];
      return sumOverElements(n, (i) => roundTo(dtype, step(x.get(i) * y.get(i))));
    },
    dotColumns(dtype, a, b, sums, n, rounded) {
      const [x, y] = [at(dtype, a), at(dtype, b)];
      const total = memory.f64(sums, n);
      for (let i = 0; i < n; i++) {
        const product = x.get(i) * y.get(i);
        total[i]! += rounded ? roundTo(dtype, step(product)) : product;
      }
    },
  };
}

/** A sum over elements in double precision, in four lanes by index modulo four. */
function sumOverElements(n: number, term: (index: number) => number): number {
  const lanes = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) lanes[i % 4]! += term(i);
  return lanes[0]! + lanes[2]! + (lanes[1]! + lanes[3]!);
}
