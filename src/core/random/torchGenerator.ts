import { ConfigurationError } from "../errors.ts";
import { Mt19937 } from "./mt19937.ts";

/**
 * torch's CPU generator after `torch.manual_seed(seed)`, for the draws that merge methods make. For float32, bfloat16
 * and float16 (which torch draws as float32) every element takes exactly one MT19937 word, in row-major order,
 * whatever the tensor's size; the uniform number is its low 24 bits times 2⁻²⁴.
 */
export class TorchGenerator {
  readonly #words: Mt19937;

  /** @param seed 0 to 2³² − 1: mergekit refuses others, and torch would use only the low 32 bits */
  constructor(seed: number) {
    if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
      throw new ConfigurationError(`The seed ${seed} is outside 0 to 4294967295.`, {
        hint: "Give a whole number from 0 to 4294967295.",
        place: { field: "random_seed" },
      });
    }
    this.#words = Mt19937.fromSeed(seed);
  }

  /** The next uniform number of `torch.rand(…, dtype=float32)`, in [0, 1); exact in float32. */
  uniform(): number {
    return (this.#words.nextUint32() & 0xffffff) * 2 ** -24;
  }

  /**
   * `torch.bernoulli` with one probability for all elements (DARE's mask): `target[i]` becomes 1 iff u < p, else 0.
   * @param probability already rounded to the dtype in which torch holds it (a bfloat16 value stays one)
   */
  fillBernoulli(target: Uint8Array, probability: number): void {
    const threshold = Math.fround(probability) * 2 ** 24;
    for (let i = 0; i < target.length; i++) {
      target[i] = (this.#words.nextUint32() & 0xffffff) < threshold ? 1 : 0;
    }
  }

  /** `torch.bernoulli` with a probability for each element (DELLA's mask): `target[i]` becomes 1 iff u < p[i], else 0. */
  fillBernoulliEach(target: Uint8Array, probabilities: Float32Array): void {
    if (target.length !== probabilities.length) {
      throw new RangeError(`${target.length} elements but ${probabilities.length} probabilities`);
    }
    for (let i = 0; i < target.length; i++) target[i] = this.uniform() < probabilities[i]! ? 1 : 0;
  }
}
