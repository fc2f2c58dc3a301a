const stateSize = 624;
const shiftSize = 397;
const upperMask = 0x80000000;
const lowerMask = 0x7fffffff;
const matrixA = 0x9908b0df;

/**
 * The Mersenne Twister MT19937 (Matsumoto and Nishimura, ACM TOMACS 8(1), 1998): a stream of unsigned 32-bit words.
 * How a library seeds it and what it makes of the words is in `pythonRandom.ts`.
 */
export class Mt19937 {
  private readonly state: Uint32Array;
  private next = stateSize;

  private constructor(state: Uint32Array) {
    this.state = state;
  }

  /** The reference code's `init_genrand`. Only the low 32 bits of `seed` count. */
  static fromSeed(seed: number): Mt19937 {
    const state = new Uint32Array(stateSize);
    state[0] = seed;
    for (let i = 1; i < stateSize; i++) {
      const previous = state[i - 1]!;
      state[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
    }
    return new Mt19937(state);
  }

  /** The reference code's `init_by_array`. `key` holds unsigned 32-bit words and is not empty. */
  static fromKey(key: readonly number[]): Mt19937 {
    const generator = Mt19937.fromSeed(19650218);
    const state = generator.state;
    let i = 1;
    const advance = (): void => {
      i++;
      if (i >= stateSize) {
        state[0] = state[stateSize - 1]!;
        i = 1;
      }
    };
    const mixed = (multiplier: number): number =>
      state[i]! ^ Math.imul(state[i - 1]! ^ (state[i - 1]! >>> 30), multiplier);
    for (let step = 0; step < Math.max(stateSize, key.length); step++) {
      const j = step % key.length;
      state[i] = mixed(1664525) + key[j]! + j;
      advance();
    }
    for (let step = 0; step < stateSize - 1; step++) {
      state[i] = mixed(1566083941) - i;
      advance();
    }
    state[0] = 0x80000000;
    return generator;
  }

  /** The next word, 0 to 2³² − 1. */
  nextUint32(): number {
    if (this.next >= stateSize) this.refill();
    let y = this.state[this.next++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  private refill(): void {
    const state = this.state;
    for (let i = 0; i < stateSize - shiftSize; i++) {
      state[i] = twist(state[i]!, state[i + 1]!, state[i + shiftSize]!);
    }
    for (let i = stateSize - shiftSize; i < stateSize - 1; i++) {
      state[i] = twist(state[i]!, state[i + 1]!, state[i + shiftSize - stateSize]!);
    }
    state[stateSize - 1] = twist(state[stateSize - 1]!, state[0]!, state[shiftSize - 1]!);
    this.next = 0;
  }
}

function twist(current: number, following: number, shifted: number): number {
  const y = (current & upperMask) | (following & lowerMask);
  return shifted ^ (y >>> 1) ^ (-(y & 1) & matrixA);
}
