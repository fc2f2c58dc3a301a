import type { WorkDtype } from "../../checkpoint/dtype.ts";
import { KernelMemory } from "./kernelMemory.ts";
import { maximumModels, randomStateBytes } from "./kernels.ts";
import type { Kernels, Operation } from "./kernels.ts";
import { wasmModule } from "./wasmModule.generated.js";

type Numbers = (...values: (number | boolean)[]) => number;

type Exports = Record<
  Exclude<keyof Kernels, "memory" | "randomAt" | "copyRandom"> | "seedRandom" | "heapBase",
  Numbers
> & {
  readonly memory: WebAssembly.Memory;
};

const codes: Readonly<Record<WorkDtype, number>> = { BF16: 0, F16: 1, F32: 2 };
const operations: readonly Operation[] = ["add", "subtract", "multiply", "divide"];
const pageBytes = 65536;

let compiled: WebAssembly.Module | undefined;

function compile(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(wasmModule), (letter) => letter.charCodeAt(0)));
  return compiled;
}

/** The kernels in WebAssembly with 128-bit SIMD: one instance, with its own memory, a thread. */
export function createWasmKernels(): Kernels {
  const { exports } = new WebAssembly.Instance(compile());
  const wasm = exports as unknown as Exports;
  const buffer = () => wasm.memory.buffer as ArrayBuffer;
  const grow = (bytes: number) => {
    wasm.memory.grow(Math.ceil((bytes - buffer().byteLength) / pageBytes));
  };
  const own = Math.ceil(wasm.heapBase() / 16) * 16;
  const pointers = own;
  const factors = pointers + 4 * maximumModels;
  const range = factors + 4 * maximumModels;
  const stream = range + 32;
  const memory = new KernelMemory(stream + randomStateBytes, buffer, grow);
  memory.reserve(0);
  const random = { seed: -1, offset: 0 };

  const list = (blocks: readonly number[]) => {
    if (blocks.length > maximumModels) throw new RangeError(`More than ${maximumModels} models in one merge.`);
    memory.u32(pointers, blocks.length).set(blocks);
    return pointers;
  };
  const numbers = (values: readonly number[]) => {
    memory.f32(factors, values.length).set(values);
    return factors;
  };

  return {
    memory,
    convert: (from, to, source, out, n) => void wasm.convert(codes[from], codes[to], source, out, n),
    binary: (dtype, operation, a, b, out, n) =>
      void wasm.binary(codes[dtype], operations.indexOf(operation), a, b, out, n),
    scalar: (dtype, operation, a, value, out, n) =>
      void wasm.scalar(codes[dtype], operations.indexOf(operation), a, value, out, n),
    weightedSum(dtype, blocks, weights, out, n, { roundProducts, divisor }) {
      const [x, w] = [list(blocks), numbers(weights)];
      wasm.weightedSum(codes[dtype], x, w, blocks.length, out, n, roundProducts, divisor !== undefined, divisor ?? 1);
    },
    addDeltas(dtype, deltas, weights, base, out, n, { divisor, lambda }) {
      const [x, w] = [list(deltas), numbers(weights)];
      const divide = divisor !== undefined;
      wasm.addDeltas(codes[dtype], x, w, deltas.length, base, out, n, divide, divisor ?? 1, lambda);
    },
    addAgreeingDeltas(dtype, deltas, weights, base, out, n, { divide, lambda }) {
      const [x, w] = [list(deltas), numbers(weights)];
      wasm.addAgreeingDeltas(codes[dtype], x, w, deltas.length, base, out, n, divide, lambda);
    },
    sumAbsolute: (dtype, a, n) => wasm.sumAbsolute(codes[dtype], a, n),
    dot: (dtype, a, b, n) => wasm.dot(codes[dtype], a, b, n),
    dotRounded: (dtype, a, b, n) => wasm.dotRounded(codes[dtype], a, b, n),
    dotColumns: (dtype, a, b, sums, n, rounded) => void wasm.dotColumns(codes[dtype], a, b, sums, n, rounded),
    histogram16: (a, n, tables) => void wasm.histogram16(a, n, tables),
    histogramHigh: (a, n, table) => void wasm.histogramHigh(a, n, table),
    histogramLow: (a, n, high, table) => void wasm.histogramLow(a, n, high, table),
    keepRange(dtype, a, n, { lower, upper, lowerFrom, lowerTo, upperTo }, seen) {
      const [lowerSeen, upperSeen] = memory.u32(seen, 2);
      const fields = memory.u32(range, 7);
      fields.set([lower, upper, lowerFrom, lowerTo, upperTo, lowerSeen!, upperSeen!]);
      wasm.keepRange(codes[dtype], a, n, range);
      memory.u32(seen, 2).set(fields.subarray(5));
    },
    keepWhere: (dtype, a, mask, n) => void wasm.keepWhere(codes[dtype], a, mask, n),
    randomAt(seed, offset, state) {
      if (seed !== random.seed || offset < random.offset) {
        wasm.seedRandom(stream, seed);
        Object.assign(random, { seed, offset: 0 });
      }
      wasm.skipRandom(stream, offset - random.offset);
      random.offset = offset;
      this.copyRandom(stream, state);
    },
    copyRandom: (from, to) => void memory.bytes(to, randomStateBytes).set(memory.bytes(from, randomStateBytes)),
    skipRandom: (state, count) => void wasm.skipRandom(state, count),
    randomWords: (state, out, n) => void wasm.randomWords(state, out, n),
    keepBelow: (dtype, a, words, thresholds, each, n) =>
      void wasm.keepBelow(codes[dtype], a, words, thresholds, each, n),
    thresholdsByRank: (dtype, a, n, thresholds, out, scratch) =>
      void wasm.thresholdsByRank(codes[dtype], a, n, thresholds, out, scratch),
    nearswap: (dtype, base, other, out, n, { t, floor }) =>
      void wasm.nearswap(codes[dtype], base, other, out, n, t, floor),
    countActive: (dtype, deltas, n, epsilon, counts) =>
      void wasm.countActive(codes[dtype], list(deltas), deltas.length, n, epsilon, counts),
    addActive(dtype, deltas, values, base, out, n, { epsilon, single }) {
      const [x, w] = [list(deltas), numbers(values)];
      wasm.addActive(codes[dtype], single, x, w, deltas.length, base, out, n, epsilon);
    },
    variance: (dtype, blocks, out, n) => void wasm.variance(codes[dtype], list(blocks), blocks.length, out, n),
    addElected(dtype, deltas, weights, base, out, n, floor) {
      const [x, w] = [list(deltas), numbers(weights)];
      wasm.addElected(codes[dtype], x, w, deltas.length, base, out, n, floor);
    },
  };
}
