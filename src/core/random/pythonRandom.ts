import { ConfigurationError } from "../errors.ts";
import { Mt19937 } from "./mt19937.ts";

/**
 * CPython's `random.Random(seed)` for an integer seed, draw for draw: the same seed gives the same few-shot samples and
 * orders as Python tools give. The algorithms of `sample` and `shuffle` are those of CPython 3.2 and later.
 * Populations may have up to 2³² − 1 members.
 */
export class PythonRandom {
  private readonly words: Mt19937;

  /** @param seed an integer of any size; as in CPython its sign does not matter */
  constructor(seed: number | bigint) {
    if (typeof seed === "number" && !Number.isSafeInteger(seed)) {
      throw new ConfigurationError(`The seed ${seed} is not an integer between −(2⁵³ − 1) and 2⁵³ − 1.`, {
        hint: "Give a whole number as the seed.",
        place: { field: "seed" },
      });
    }
    this.words = Mt19937.fromKey(wordsOf(BigInt(seed)));
  }

  /** `random()`: uniform in [0, 1) with 53 random bits. */
  random(): number {
    const high = this.words.nextUint32() >>> 5;
    const low = this.words.nextUint32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** `getrandbits(bits)` for 1 to 32 bits. */
  getrandbits(bits: number): number {
    if (!Number.isInteger(bits) || bits < 1 || bits > 32) throw new RangeError(`getrandbits(${bits}): need 1 to 32`);
    return this.words.nextUint32() >>> (32 - bits);
  }

  /** `randrange(n)`, that is `_randbelow_with_getrandbits(n)`: uniform in 0 … n − 1, for 1 ≤ n < 2³². */
  randrange(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 0xffffffff) throw new RangeError(`randrange(${n}): need 1 to 2³² − 1`);
    const bits = 32 - Math.clz32(n);
    let value = this.getrandbits(bits);
    while (value >= n) value = this.getrandbits(bits);
    return value;
  }

  /** `choice(population)`. */
  choice<T>(population: readonly T[]): T {
    return population[this.randrange(population.length)]!;
  }

  /**
   * `sample(range(n), k)`: k different numbers below n in random order.
   * @throws ConfigurationError when k is more than n
   */
  sampleIndices(n: number, k: number): number[] {
    if (!Number.isInteger(k) || k < 0 || k > n) {
      throw new ConfigurationError(`Cannot draw ${k} different members from ${n}.`, {
        hint: `Ask for a whole number between 0 and ${n}.`,
      });
    }
    return n <= poolThreshold(k) ? this.sampleFromPool(n, k) : this.sampleBySet(n, k);
  }

  /** `sample(population, k)`; throws as `sampleIndices` does. */
  sample<T>(population: readonly T[], k: number): T[] {
    return this.sampleIndices(population.length, k).map((index) => population[index]!);
  }

  /** `shuffle(x)`, but returns a shuffled copy. */
  shuffled<T>(values: readonly T[]): T[] {
    const result = [...values];
    for (let i = result.length - 1; i >= 1; i--) {
      const j = this.randrange(i + 1);
      [result[i], result[j]] = [result[j]!, result[i]!];
    }
    return result;
  }

  private sampleFromPool(n: number, k: number): number[] {
    const pool = Array.from({ length: n }, (_, index) => index);
    return Array.from({ length: k }, (_, i) => {
      const j = this.randrange(n - i);
      const drawn = pool[j]!;
      pool[j] = pool[n - i - 1]!;
      return drawn;
    });
  }

  private sampleBySet(n: number, k: number): number[] {
    const selected = new Set<number>();
    while (selected.size < k) selected.add(this.randrange(n));
    return [...selected];
  }
}

/**
 * Population size up to which CPython's `sample` draws from a copied list rather than by rejection:
 * 21, plus 4^⌈log₄ 3k⌉ when k > 5.
 */
function poolThreshold(k: number): number {
  if (k <= 5) return 21;
  let power = 1;
  while (power < 3 * k) power *= 4;
  return 21 + power;
}

/** The absolute value as unsigned 32-bit words, least significant first; one zero word for 0. */
function wordsOf(seed: bigint): number[] {
  let rest = seed < 0n ? -seed : seed;
  const words: number[] = [];
  do {
    words.push(Number(rest & 0xffffffffn));
    rest >>= 32n;
  } while (rest > 0n);
  return words;
}
