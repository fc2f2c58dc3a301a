import assert from "node:assert/strict";
import { dtypeBytes, type WorkDtype, workDtypes } from "../../../../src/core/checkpoint/dtype.ts";
import { createWasmKernels } from "../../../../src/core/merge/kernels/wasmKernels.ts";
import type { MagnitudeRange } from "../../../../src/core/merge/kernels/kernels.ts";
import { MagnitudeOrder } from "../../../../src/core/merge/methods/magnitudes.ts";
import { Mt19937 } from "../../../../src/core/random/mt19937.ts";
import { elementBytes } from "../kernels/elementBytes.ts";
import { tensorValues } from "./inMemory.ts";

const kernels = createWasmKernels();

/** A tensor in two blocks, the order of its magnitudes, and which elements a range keeps. */
function selection(dtype: WorkDtype, bytes: Uint8Array) {
  kernels.memory.reserve(1 << 20);
  const size = dtypeBytes[dtype];
  const n = bytes.byteLength / size;
  const address = kernels.memory.allocate(bytes.byteLength);
  const half = Math.floor(n / 2);
  const load = () => kernels.memory.bytes(address, bytes.byteLength).set(bytes);
  const order = new MagnitudeOrder(
    kernels,
    dtype,
    (visit) => {
      load();
      visit(address, half);
      visit(address + half * size, n - half);
    },
    n,
  );
  const kept = (range: MagnitudeRange) => {
    load();
    const seen = kernels.memory.allocate(8);
    kernels.memory.u32(seen, 2).fill(0);
    kernels.keepRange(dtype, address, half, range, seen);
    kernels.keepRange(dtype, address + half * size, n - half, range, seen);
    return kernels.memory.bytes(address, bytes.byteLength).slice();
  };
  return { n, order, kept };
}

/** What is kept by sorting: elements elsewhere become zero, or NaN if they are not finite. */
function bySorting(dtype: WorkDtype, bytes: Uint8Array, chosen: (ascending: number[]) => number[]): number[] {
  const values = tensorValues(dtype, bytes);
  const magnitude = (index: number) => (Number.isNaN(values[index]!) ? Infinity : Math.abs(values[index]!));
  const isNaNAt = (index: number) => Number(Number.isNaN(values[index]!));
  const ascending = values
    .map((_, index) => index)
    .sort((a, b) => isNaNAt(a) - isNaNAt(b) || magnitude(a) - magnitude(b) || a - b);
  const keep = new Set(chosen(ascending));
  return values.map((value, index) => (keep.has(index) ? value : Number.isFinite(value) ? 0 : NaN));
}

const canonical = (values: readonly number[]) => values.map((value) => (value === 0 ? 0 : value));

describe("selection by magnitude without sorting", () => {
  for (const dtype of workDtypes) {
    for (const kind of ["typical", "any"] as const) {
      // Among arbitrary bit patterns NaN with different payloads would order by payload; one payload is enough here.
      const sample = (seed: number, n: number) => {
        const bytes = elementBytes(dtype, n, Mt19937.fromSeed(seed), kind);
        const view = new DataView(bytes.buffer);
        for (const [index, value] of tensorValues(dtype, bytes).entries()) {
          if (!Number.isNaN(value)) continue;
          if (dtype === "F32") view.setUint32(4 * index, 0x7fc00000, true);
          else view.setUint16(2 * index, dtype === "BF16" ? 0x7fc0 : 0x7e00, true);
        }
        return bytes;
      };

      it(`keeps the largest ${dtype} (${kind}), the lowest index first at the edge`, () => {
        for (const [seed, n] of [7, 64, 300].entries()) {
          const bytes = sample(seed, n);
          const { order, kept } = selection(dtype, bytes);
          for (const count of [1, 2, Math.floor(n / 3), n - 1, n]) {
            const expected = bySorting(dtype, bytes, (ascending) => {
              const values = tensorValues(dtype, bytes).map((value) => (Number.isNaN(value) ? 1e99 : Math.abs(value)));
              return [...ascending].sort((a, b) => values[b]! - values[a]! || a - b).slice(0, count);
            });
            const actual = tensorValues(dtype, kept(order.largest(count)));
            assert.deepEqual(canonical(actual), canonical(expected), `${count} of ${n}`);
          }
        }
      });

      it(`keeps positions of the ascending order of ${dtype} (${kind})`, () => {
        const n = 200;
        const bytes = sample(99, n);
        const { order, kept } = selection(dtype, bytes);
        for (const [from, to] of [
          [0, n],
          [0, 1],
          [10, 190],
          [99, 101],
          [150, 150],
          [n - 1, n],
        ] as const) {
          const expected = bySorting(dtype, bytes, (ascending) => ascending.slice(from, to));
          assert.deepEqual(canonical(tensorValues(dtype, kept(order.between(from, to)))), canonical(expected));
        }
      });
    }
  }

  it("counts what is not zero", () => {
    const bytes = Uint8Array.from([0, 0, 0, 0x80, 0x80, 0x3f, 0, 0, 1, 0]);
    assert.equal(selection("BF16", bytes).order.nonZero(), 2);
  });
});
