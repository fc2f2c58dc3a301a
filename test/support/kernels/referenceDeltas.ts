import type { WorkDtype } from "../../../src/core/checkpoint/dtype.ts";
import type { Elements } from "../../../src/core/checkpoint/elements.ts";
import type { KernelMemory } from "../../../src/core/merge/kernels/kernelMemory.ts";
import type { Kernels } from "../../../src/core/merge/kernels/kernels.ts";
import { sumOverModels } from "../../../src/core/merge/kernels/sums.ts";
import { rounding } from "./rounding.ts";

type Deltas = Pick<
  Kernels,
  "addDeltas" | "addAgreeingDeltas" | "nearswap" | "countActive" | "addActive" | "variance" | "addElected"
>;

const step = Math.fround;

type At = (dtype: WorkDtype, address: number) => Elements;

/** A sum in order, with every partial sum rounded. */
const sum = (values: readonly number[], round: (value: number) => number) =>
  values.reduce((total, value) => round(total + value), 0);

/** One if the sign of `value` is the majority's, zero if not or if `value` is zero. */
const agrees = (value: number, positive: boolean) => ((positive ? value > 0 : value < 0) ? 1 : 0);

/** Combination of the differences from a base model, one element after the other. */
export function referenceDeltas(at: At, memory: KernelMemory): Deltas {
  return {
    addDeltas(dtype, deltas, weights, base, out, n, { divisor, lambda }) {
      const round = rounding(dtype);
      const inputs = deltas.map((delta) => at(dtype, delta));
      const [x, z] = [at(dtype, base), at(dtype, out)];
      for (let i = 0; i < n; i++) {
        const terms = inputs.map((delta, model) => round(step(delta.get(i) * step(weights[model]!))));
        let result = round(sumOverModels(terms));
        if (divisor !== undefined) result = round(step(result / step(divisor)));
        if (lambda !== 1) result = round(step(result * step(lambda)));
        z.set(i, step(x.get(i) + result));
      }
    },
    addAgreeingDeltas(dtype, deltas, weights, base, out, n, { divide, lambda }) {
      const round = rounding(dtype);
      const inputs = deltas.map((delta) => at(dtype, delta));
      const [x, z] = [at(dtype, base), at(dtype, out)];
      for (let i = 0; i < n; i++) {
        const terms = inputs.map((delta, model) => round(step(delta.get(i) * step(weights[model]!))));
        const positive = round(sumOverModels(terms)) >= 0;
        const keep = terms.map((term) => agrees(term, positive));
        const kept = terms.map((term, model) => step(term * keep[model]!));
        let result = round(sumOverModels(kept));
        if (divide) {
          const shares = keep.map((factor, model) => step(step(weights[model]!) * factor));
          result = round(step(result / (round(sumOverModels(shares)) || 1)));
        }
        if (lambda !== 1) result = round(step(result * step(lambda)));
        z.set(i, step(x.get(i) + result));
      }
    },
    nearswap(dtype, base, other, out, n, { t, floor }) {
      const round = rounding(dtype);
      const [x, y, z] = [at(dtype, base), at(dtype, other), at(dtype, out)];
      for (let i = 0; i < n; i++) {
        const distance = Math.max(Math.abs(round(step(x.get(i) - y.get(i)))), step(floor));
        const share = Math.min(Math.max(round(step(round(step(1 / distance)) * step(t))), 0), 1);
        const rest = round(step(round(step(1 - share)) * x.get(i)));
        z.set(i, step(round(step(share * y.get(i))) + rest));
      }
    },
    countActive(dtype, deltas, n, epsilon, counts) {
      const limit = step(epsilon);
      const inputs = deltas.map((delta) => at(dtype, delta));
      const totals = memory.u32(counts, 2 * deltas.length);
      for (let i = 0; i < n; i++) {
        const active = inputs.map((delta) => Math.abs(delta.get(i)) > limit);
        const unique = active.filter(Boolean).length === 1;
        for (const [model, isActive] of active.entries()) if (isActive) totals[2 * model + (unique ? 1 : 0)]!++;
      }
    },
    addActive(dtype, deltas, factors, base, out, n, { epsilon, single }) {
      const round = rounding(dtype);
      const roundOut = single ? step : round;
      const inputs = deltas.map((delta) => at(dtype, delta));
      const [x, z] = [at(dtype, base), at(single ? "F32" : dtype, out)];
      for (let i = 0; i < n; i++) {
        const values = inputs.map((delta) => delta.get(i));
        const active = values.map((value) => Math.abs(value) > step(epsilon));
        const count = active.filter(Boolean).length;
        const parts = values.map((value, model) => {
          if (!active[model]) return 0;
          return count === 1 ? roundOut(step(value * step(factors[model]!))) : round(step(value / count));
        });
        z.set(i, step(x.get(i) + roundOut(sum(parts, step))));
      }
    },
    variance(dtype, blocks, out, n) {
      const inputs = blocks.map((block) => at(dtype, block));
      const z = at(dtype, out);
      for (let i = 0; i < n; i++) {
        const values = inputs.map((x) => x.get(i));
        const mean = sum(values, (value) => value) / values.length;
        const squares = values.map((value) => (value - mean) * (value - mean));
        z.set(i, sum(squares, (value) => value) / values.length);
      }
    },
    addElected(dtype, deltas, weights, base, out, n, floor) {
      const round = rounding(dtype);
      const inputs = deltas.map((delta) => at(dtype, delta));
      const [x, z] = [at(dtype, base), at(dtype, out)];
      for (let i = 0; i < n; i++) {
        const values = inputs.map((delta) => delta.get(i));
        const positive = round(sum(values, step)) >= 0;
        const keep = values.map((value) => agrees(value, positive));
        const terms = values.map((value, model) => step(round(step(value * step(weights[model]!))) * keep[model]!));
        const shares = keep.map((factor, model) => step(step(weights[model]!) * factor));
        const divisor = Math.max(round(sum(shares, step)), step(floor));
        z.set(i, step(x.get(i) + round(step(round(sum(terms, step)) / divisor))));
      }
    },
  };
}
