import type { WorkDtype } from "../../../src/core/checkpoint/dtype.ts";
import { elementsAt } from "../../../src/core/checkpoint/elements.ts";
import type { KernelMemory } from "../../../src/core/merge/kernels/kernelMemory.ts";
import type { Kernels } from "../../../src/core/merge/kernels/kernels.ts";

type Selection = Pick<
  Kernels,
  "histogram16" | "histogramHigh" | "histogramLow" | "keepRange" | "keepWhere" | "keepBelow" | "thresholdsByRank"
>;

/** The bits of an element without its sign; ordered like the absolute value. */
function magnitudes(memory: KernelMemory, dtype: WorkDtype, a: number, n: number): (index: number) => number {
  if (dtype === "F32") {
    const bits = memory.u32(a, n);
    return (index) => bits[index]! & 0x7fffffff;
  }
  const bytes = memory.bytes(a, 2 * n);
  return (index) => (bytes[2 * index]! | (bytes[2 * index + 1]! << 8)) & 0x7fff;
}

/** Selection of elements by magnitude or at random, one element after the other. */
export function referenceSelection(memory: KernelMemory): Selection {
  /** What is left of an element that is not kept: it times zero. */
  const drop = (dtype: WorkDtype, a: number) => {
    const block = elementsAt(memory.bytes(0, 0).buffer as ArrayBuffer, dtype, a);
    return (index: number) => block.set(index, Number.isFinite(block.get(index)) ? 0 : NaN);
  };
  return {
    histogram16(a, n, tables) {
      const magnitude = magnitudes(memory, "BF16", a, n);
      const counts = memory.u32(tables, 4 * 32768);
      const whole = n - (n % 4);
      for (let i = 0; i < n; i++) counts[(i < whole ? i % 4 : 0) * 32768 + magnitude(i)]!++;
    },
    histogramHigh(a, n, table) {
      const magnitude = magnitudes(memory, "F32", a, n);
      const counts = memory.u32(table, 32768);
      for (let i = 0; i < n; i++) counts[magnitude(i) >>> 16]!++;
    },
    histogramLow(a, n, high, table) {
      const magnitude = magnitudes(memory, "F32", a, n);
      const counts = memory.u32(table, 65536);
      for (let i = 0; i < n; i++) if (magnitude(i) >>> 16 === high) counts[magnitude(i) & 0xffff]!++;
    },
    keepRange(dtype, a, n, range, seen) {
      const magnitude = magnitudes(memory, dtype, a, n);
      const counters = memory.u32(seen, 2);
      const remove = drop(dtype, a);
      for (let i = 0; i < n; i++) {
        const m = magnitude(i);
        let keep = m > range.lower && m < range.upper;
        if (m === range.lower) {
          const ordinal = counters[0]!++;
          keep = ordinal >= range.lowerFrom && ordinal < range.lowerTo;
        } else if (m === range.upper) {
          keep = counters[1]!++ < range.upperTo;
        }
        if (!keep) remove(i);
      }
    },
    keepWhere(dtype, a, mask, n) {
      const magnitude = magnitudes(memory, dtype, mask, n);
      const block = elementsAt(memory.bytes(0, 0).buffer as ArrayBuffer, dtype, a);
      for (let i = 0; i < n; i++) if (magnitude(i) === 0) block.set(i, 0);
    },
    keepBelow(dtype, a, words, thresholds, each, n) {
      const word = memory.u32(words, n);
      const threshold = memory.u32(thresholds, each ? n : 1);
      const remove = drop(dtype, a);
      for (let i = 0; i < n; i++) if ((word[i]! & 0xffffff) >= threshold[each ? i : 0]!) remove(i);
    },
    thresholdsByRank(dtype, a, n, thresholds, out, _scratch) {
      const magnitude = magnitudes(memory, dtype, a, n);
      const order = Array.from({ length: n }, (_, index) => index).sort(
        (first, second) => magnitude(first) - magnitude(second) || first - second,
      );
      const byRank = memory.u32(thresholds, n);
      const result = memory.u32(out, n);
      for (const [rank, index] of order.entries()) result[index] = byRank[rank]!;
    },
  };
}
