import assert from "node:assert/strict";
import { dtypeBytes, type WorkDtype, workDtypes } from "../../../../src/core/checkpoint/dtype.ts";
import type { Kernels } from "../../../../src/core/merge/kernels/kernels.ts";
import { histogramBytes, randomStateBytes } from "../../../../src/core/merge/kernels/kernels.ts";
import { createReferenceKernels } from "../../../support/kernels/referenceKernels.ts";
import { createWasmKernels } from "../../../../src/core/merge/kernels/wasmKernels.ts";
import { Mt19937 } from "../../../../src/core/random/mt19937.ts";
import { canonicalBits, elementBytes } from "./elementBytes.ts";

const wasm = createWasmKernels();
const reference = createReferenceKernels();
const both = [wasm, reference] as const;

/** What a case does with one set of kernels: results to compare, as bytes with their dtype or as numbers. */
type Run = (kernels: Kernels, words: () => Mt19937) => unknown[];

/** Runs a case with both and compares the results bit by bit (all NaN being one). */
function agree(seed: number, run: Run): void {
  const [actual, expected] = both.map((kernels) => {
    kernels.memory.reserve(1 << 22);
    return run(kernels, () => Mt19937.fromSeed(seed));
  });
  assert.deepEqual(actual, expected);
}

const sizes = [0, 1, 3, 8, 31, 257];

/** Blocks that both sets of kernels see with the same content. */
function fill(kernels: Kernels, dtype: WorkDtype, n: number, words: Mt19937, kind: "typical" | "any"): number {
  const address = block(kernels, dtype, n);
  kernels.memory.bytes(address, n * dtypeBytes[dtype]).set(elementBytes(dtype, n, words, kind));
  return address;
}

function block(kernels: Kernels, dtype: WorkDtype, n: number): number {
  const address = kernels.memory.allocate(n * dtypeBytes[dtype]);
  kernels.memory.bytes(address, n * dtypeBytes[dtype] + 16).fill(0x55);
  return address;
}

/** The elements of a block and the bytes behind it, which no kernel may touch. */
function content(kernels: Kernels, dtype: WorkDtype, address: number, n: number): unknown {
  const bytes = n * dtypeBytes[dtype];
  return [canonicalBits(dtype, kernels.memory.bytes(address, bytes)), ...kernels.memory.bytes(address + bytes, 8)];
}

function forAll(
  name: string,
  body: (dtype: WorkDtype, n: number, kind: "typical" | "any", seed: number) => void,
): void {
  it(name, () => {
    let seed = 1;
    for (const dtype of workDtypes)
      for (const n of sizes) for (const kind of ["typical", "any"] as const) body(dtype, n, kind, seed++);
  });
}

describe("WebAssembly kernels give the bits of the reference kernels", () => {
  for (const to of workDtypes) {
    forAll(`convert to ${to}`, (dtype, n, kind, seed) =>
      agree(seed, (kernels, words) => {
        const out = block(kernels, to, n);
        kernels.convert(dtype, to, fill(kernels, dtype, n, words(), kind), out, n);
        return [content(kernels, to, out, n)];
      }),
    );
  }

  for (const operation of ["add", "subtract", "multiply", "divide"] as const) {
    forAll(operation, (dtype, n, kind, seed) =>
      agree(seed, (kernels, words) => {
        const random = words();
        const [a, b] = [fill(kernels, dtype, n, random, kind), fill(kernels, dtype, n, random, kind)];
        const [out, scaled] = [block(kernels, dtype, n), block(kernels, dtype, n)];
        kernels.binary(dtype, operation, a, b, out, n);
        kernels.scalar(dtype, operation, a, 0.3, scaled, n);
        return [content(kernels, dtype, out, n), content(kernels, dtype, scaled, n)];
      }),
    );
  }

  for (const models of [1, 2, 3, 16, 17, 33]) {
    const weights = Array.from({ length: models }, (_, model) => (model % 5) * 0.25 - 0.375);
    const blocks = (kernels: Kernels, dtype: WorkDtype, n: number, words: Mt19937, kind: "typical" | "any") =>
      weights.map(() => fill(kernels, dtype, n, words, kind));

    forAll(`sums over ${models} models`, (dtype, n, kind, seed) =>
      agree(seed, (kernels, words) => {
        const inputs = blocks(kernels, dtype, n, words(), kind);
        const options = [
          { roundProducts: true },
          { roundProducts: false },
          { roundProducts: true, divisor: 0.7 },
          { roundProducts: false, divisor: 0.7 },
        ];
        return options.map((option) => {
          const out = block(kernels, dtype, n);
          kernels.weightedSum(dtype, inputs, weights, out, n, option);
          return content(kernels, dtype, out, n);
        });
      }),
    );

    forAll(`deltas of ${models} models`, (dtype, n, kind, seed) =>
      agree(seed, (kernels, words) => {
        const random = words();
        const base = fill(kernels, dtype, n, random, kind);
        const deltas = blocks(kernels, dtype, n, random, kind);
        const outs = Array.from({ length: 9 }, () => block(kernels, dtype, n));
        const single = block(kernels, "F32", n);
        const counts = kernels.memory.allocate(8 * models);
        kernels.memory.u32(counts, 2 * models).fill(0);
        const epsilon = 2 ** -10;
        kernels.addDeltas(dtype, deltas, weights, base, outs[0]!, n, { lambda: 1 });
        kernels.addDeltas(dtype, deltas, weights, base, outs[1]!, n, { lambda: 0.7, divisor: 0.3 });
        kernels.addAgreeingDeltas(dtype, deltas, weights, base, outs[2]!, n, { lambda: 1, divide: true });
        kernels.addAgreeingDeltas(dtype, deltas, weights, base, outs[3]!, n, { lambda: 0.7, divide: false });
        kernels.addActive(dtype, deltas, weights, base, outs[4]!, n, { epsilon, single: false });
        kernels.addActive(dtype, deltas, weights, base, single, n, { epsilon, single: true });
        kernels.countActive(dtype, deltas, n, epsilon, counts);
        kernels.variance(dtype, deltas, outs[5]!, n);
        kernels.addElected(dtype, deltas, weights, base, outs[6]!, n, 2 ** -20);
        kernels.nearswap(dtype, base, deltas[0]!, outs[7]!, n, { t: 0.01, floor: 1e-6 });
        kernels.binary(dtype, "add", base, base, base, n);
        return [
          ...[...outs, base].map((out) => content(kernels, dtype, out, n)),
          content(kernels, "F32", single, n),
          [...kernels.memory.u32(counts, 2 * models)],
        ];
      }),
    );
  }

  forAll("sums over elements", (dtype, n, kind, seed) =>
    agree(seed, (kernels, words) => {
      const random = words();
      const [a, b] = [fill(kernels, dtype, n, random, kind), fill(kernels, dtype, n, random, kind)];
      const sums = kernels.memory.allocate(8 * (n + 4));
      kernels.memory.f64(sums, n + 4).fill(0);
      kernels.dotColumns(dtype, a, b, sums, n, false);
      kernels.dotColumns(dtype, b, b, sums, n, true);
      return [
        kernels.sumAbsolute(dtype, a, n),
        kernels.dot(dtype, a, b, n),
        kernels.dotRounded(dtype, a, b, n),
        ...kernels.memory.f64(sums, n),
      ];
    }),
  );

  forAll("histograms", (dtype, n, kind, seed) =>
    agree(seed, (kernels, words) => {
      const a = fill(kernels, dtype, n, words(), kind);
      const counters = histogramBytes / 4;
      const tables = kernels.memory.allocate(histogramBytes);
      kernels.memory.u32(tables, counters).fill(0);
      if (dtype === "F32") {
        kernels.histogramHigh(a, n, tables);
        kernels.histogramLow(a, n, 0x3c00, tables + 32768 * 4);
      } else {
        kernels.histogram16(a, n, tables);
      }
      return [Array.from(kernels.memory.u32(tables, counters).entries()).filter(([, count]) => count > 0)];
    }),
  );

  forAll("selection by magnitude", (dtype, n, kind, seed) =>
    agree(seed, (kernels, words) => {
      const unit = { BF16: 0x3c00, F16: 0x1400, F32: 0x3c000000 }[dtype];
      const everything = { BF16: 0x8000, F16: 0x8000, F32: 0x80000000 }[dtype];
      const ranges = [
        { lower: unit, lowerFrom: 0, lowerTo: 3, upper: everything, upperTo: 0 },
        { lower: 0, lowerFrom: 2, lowerTo: 2 ** 31, upper: unit, upperTo: 2 },
        { lower: unit, lowerFrom: 1, lowerTo: 4, upper: unit, upperTo: 0 },
        { lower: 0, lowerFrom: 0, lowerTo: 0, upper: 0, upperTo: 0 },
      ];
      return ranges.map((range) => {
        const a = fill(kernels, dtype, n, words(), kind);
        const seen = kernels.memory.allocate(8);
        kernels.memory.u32(seen, 2).fill(0);
        const first = Math.floor(n / 2);
        kernels.keepRange(dtype, a, first, range, seen);
        kernels.keepRange(dtype, a + first * dtypeBytes[dtype], n - first, range, seen);
        return [content(kernels, dtype, a, n), ...kernels.memory.u32(seen, 2)];
      });
    }),
  );

  forAll("random selection", (dtype, n, kind, seed) =>
    agree(seed, (kernels, words) => {
      const [a, b] = [fill(kernels, dtype, n, words(), kind), fill(kernels, dtype, n, words(), kind)];
      const state = kernels.memory.allocate(randomStateBytes);
      const [drawn, thresholds, own] = [0, 1, 2].map(() => kernels.memory.allocate(4 * n + 16)) as [
        number,
        number,
        number,
      ];
      kernels.randomAt(seed, 0, state);
      kernels.randomWords(state, drawn, n);
      kernels.memory
        .u32(thresholds, n + 1)
        .forEach((_, index, all) => (all[index] = Math.floor(2 ** 24 / (index + 1))));
      kernels.thresholdsByRank(dtype, b, n, thresholds, own, kernels.memory.allocate(8 * n));
      const ranked = [...kernels.memory.u32(own, n)];
      kernels.keepBelow(dtype, a, drawn, thresholds + 4, false, n);
      kernels.keepBelow(dtype, b, drawn, own, true, n);
      const masked = fill(kernels, dtype, n, words(), "any");
      kernels.keepWhere(dtype, masked, a, n);
      return [ranked, ...[a, b, masked].map((result) => content(kernels, dtype, result, n))];
    }),
  );
});

describe("random words of the kernels", () => {
  const draw = (kernels: Kernels, seed: number, offset: number, n: number) => {
    kernels.memory.reserve(8 * n + 4 * randomStateBytes);
    const state = kernels.memory.allocate(randomStateBytes);
    const out = kernels.memory.allocate(4 * n + 16);
    kernels.randomAt(seed, offset, state);
    kernels.randomWords(state, out, n);
    return [...kernels.memory.u32(out, n)];
  };

  it("are those of MT19937", () => {
    for (const seed of [0, 42, 4294967295]) {
      const words = Mt19937.fromSeed(seed);
      assert.deepEqual(
        draw(wasm, seed, 0, 3000),
        Array.from({ length: 3000 }, () => words.nextUint32()),
      );
    }
  });

  it("can be reached at any position, forwards and backwards", () => {
    const words = Mt19937.fromSeed(7);
    const all = Array.from({ length: 5000 }, () => words.nextUint32());
    for (const offset of [0, 1, 623, 624, 625, 1248, 4000, 3, 3, 4900]) {
      assert.deepEqual(draw(wasm, 7, offset, 100), all.slice(offset, offset + 100), `offset ${offset}`);
    }
  });
});
