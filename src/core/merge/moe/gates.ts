import { Mt19937 } from "../../random/mt19937.ts";
import { elementsAt } from "../../checkpoint/elements.ts";
import { dtypeBytes, type WorkDtype } from "../../checkpoint/dtype.ts";

/** Standard normal numbers by the Box–Muller transform, two from two uniform ones. */
export class NormalGenerator {
  private readonly words: Mt19937;
  private spare: number | undefined;

  constructor(seed: number) {
    this.words = Mt19937.fromSeed(seed);
  }

  next(): number {
    if (this.spare !== undefined) {
      const spare = this.spare;
      this.spare = undefined;
      return spare;
    }
    // Never 0, whose logarithm is not finite.
    const radius = Math.sqrt(-2 * Math.log((this.words.nextUint32() + 1) / 2 ** 32));
    const angle = 2 * Math.PI * (this.words.nextUint32() / 2 ** 32);
    this.spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
}

/** Router weights [experts, hidden] without any knowledge: standard normal, or uniform within ±√(1/hidden). */
export function randomGate(
  mode: "random" | "uniform_random",
  experts: number,
  hidden: number,
  seed: number,
): Float32Array {
  if (mode === "random") {
    const normal = new NormalGenerator(seed);
    return Float32Array.from({ length: experts * hidden }, () => normal.next());
  }
  const words = Mt19937.fromSeed(seed);
  const bound = Math.sqrt(1 / hidden);
  return Float32Array.from({ length: experts * hidden }, () => (2 * (words.nextUint32() / 2 ** 32) - 1) * bound);
}

/** Embeddings of the tokens of each prompt, row by row. */
export interface ExpertEmbeddings {
  readonly positive: readonly Float32Array[];
  readonly negative: readonly Float32Array[];
}

/**
 * Router weights from token embeddings: for each expert the sum over the tokens of its prompts, at length 1, minus the same
 * of its negative prompts, again at length 1. This is what mergekit-moe computes, up to the rounding of its sums.
 */
export function embeddingGate(experts: readonly ExpertEmbeddings[], hidden: number): Float32Array {
  const gate = new Float32Array(experts.length * hidden);
  for (const [expert, { positive, negative }] of experts.entries()) {
    const away = direction(sumOf(negative, hidden));
    const towards = direction(sumOf(positive, hidden));
    gate.set(direction(towards.map((value, i) => value - away[i]!)), expert * hidden);
  }
  return gate;
}

function sumOf(prompts: readonly Float32Array[], hidden: number): Float64Array {
  const sum = new Float64Array(hidden);
  for (const prompt of prompts) for (const [i, value] of prompt.entries()) sum[i % hidden]! += value;
  return sum;
}

/** The vector at length 1; zeros stay. */
function direction(vector: Float64Array): Float64Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length === 0 ? vector : vector.map((value) => value / length);
}

/** Values as a tensor's bytes in a type, each rounded once. */
export function encodeTensor(values: Float32Array, dtype: WorkDtype): Uint8Array {
  const bytes = new Uint8Array(values.length * dtypeBytes[dtype]);
  const elements = elementsAt(bytes.buffer, dtype, 0);
  for (const [index, value] of values.entries()) elements.set(index, value);
  return bytes;
}
