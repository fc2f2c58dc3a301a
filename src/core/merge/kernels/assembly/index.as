// Entry point of the WebAssembly module. The memory is laid out by the caller (wasmKernels.ts).
export { binary, scalar, convert } from "./arithmetic";
export { weightedSum, addDeltas, addAgreeingDeltas } from "./combine";
export { sumAbsolute, dotRounded, dot, dotColumns } from "./reduce";
export { histogram16, histogramHigh, histogramLow, keepRange, keepWhere } from "./select";
export { seedRandom, skipRandom, randomWords, keepBelow, thresholdsByRank } from "./random";
export { nearswap, countActive, addActive, variance, addElected } from "./special";

/** First address behind the data of the module. */
export function heapBase(): usize {
  return __heap_base;
}
