import { CODE_BF16, CODE_F16 } from "./lanes";

// MT19937: 624 words of state and, behind them, the index of the next word.
const WORDS: u32 = 624;
const INDEX: usize = 624 * 4;

export function seedRandom(state: usize, seed: u32): void {
  let word = seed;
  store<u32>(state, word);
  for (let i: u32 = 1; i < WORDS; i++) {
    word = 1812433253 * (word ^ (word >> 30)) + i;
    store<u32>(state + ((<usize>i) << 2), word);
  }
  store<u32>(state, WORDS, INDEX);
}

// @ts-ignore: decorator
@inline
function twistOne(state: usize, i: usize, next: usize, other: usize): void {
  const mixed = (load<u32>(state + i) & 0x80000000) | (load<u32>(state + next) & 0x7fffffff);
  store<u32>(state + i, load<u32>(state + other) ^ (mixed >> 1) ^ (-(mixed & 1) & 0x9908b0df));
}

// @ts-ignore: decorator
@inline
function twistFour(at: usize, other: usize): void {
  const upper = v128.and(v128.load(at), i32x4.splat(0x80000000));
  const mixed = v128.or(upper, v128.and(v128.load(at, 4), i32x4.splat(0x7fffffff)));
  const odd = i32x4.neg(v128.and(mixed, i32x4.splat(1)));
  const matrix = v128.and(odd, i32x4.splat(0x9908b0df));
  v128.store(at, v128.xor(v128.xor(v128.load(other), i32x4.shr_u(mixed, 1)), matrix));
}

function twist(state: usize): void {
  let i: usize = 0;
  for (; i < 224 * 4; i += 16) twistFour(state + i, state + i + 397 * 4);
  for (; i < 227 * 4; i += 4) twistOne(state, i, i + 4, i + 397 * 4);
  for (; i < 623 * 4; i += 16) twistFour(state + i, state + i - 227 * 4);
  twistOne(state, i, 0, i - 227 * 4);
}

/** Passes over `count` words. */
export function skipRandom(state: usize, count: f64): void {
  let left = <u64>count + load<u32>(state, INDEX);
  while (left > WORDS) {
    twist(state);
    left -= WORDS;
  }
  store<u32>(state, <u32>left, INDEX);
}

/** Sixteen bytes of tempered words from index `index` on. */
// @ts-ignore: decorator
@inline
function tempered(state: usize, index: u32): v128 {
  let y = v128.load(state + ((<usize>index) << 2));
  y = v128.xor(y, i32x4.shr_u(y, 11));
  y = v128.xor(y, v128.and(i32x4.shl(y, 7), i32x4.splat(0x9d2c5680)));
  y = v128.xor(y, v128.and(i32x4.shl(y, 15), i32x4.splat(0xefc60000)));
  return v128.xor(y, i32x4.shr_u(y, 18));
}

/** Writes the next `n` words, tempered; up to three words more are overwritten. */
export function randomWords(state: usize, out: usize, n: i32): void {
  let index = load<u32>(state, INDEX);
  let i = 0;
  while (i < n) {
    if (index >= WORDS) {
      twist(state);
      index = 0;
    }
    const count = min<i32>(n - i, <i32>(WORDS - index));
    for (let j = 0; j < count; j += 4) v128.store(out + ((<usize>(i + j)) << 2), tempered(state, index + j));
    i += count;
    index += <u32>count;
  }
  store<u32>(state, index, INDEX);
}

function keepBelow16(a: usize, words: usize, thresholds: usize, each: bool, n: i32, infinity: i16, nan: i16): void {
  const low = i32x4.splat(0xffffff);
  const common = v128.load_splat<u32>(thresholds);
  for (let i = 0; i < n; i += 8) {
    const at = a + ((<usize>i) << 1);
    const four = (<usize>i) << 2;
    const first = i32x4.lt_s(v128.and(v128.load(words + four), low), each ? v128.load(thresholds + four) : common);
    const second = i32x4.lt_s(v128.and(v128.load(words + four, 16), low), each ? v128.load(thresholds + four, 16) : common);
    const keep = i16x8.narrow_i32x4_s(first, second);
    const v = v128.load(at);
    const special = i16x8.gt_s(v128.and(v, i16x8.splat(0x7fff)), i16x8.splat(infinity - 1));
    const kept = v128.or(v128.and(v, keep), v128.andnot(v128.and(special, i16x8.splat(nan)), keep));
    if (n - i >= 8) v128.store(at, kept);
    else storePart(at, kept, (n - i) << 1);
  }
}

function keepBelow32(a: usize, words: usize, thresholds: usize, each: bool, n: i32): void {
  const low = i32x4.splat(0xffffff);
  const common = v128.load_splat<u32>(thresholds);
  for (let i = 0; i < n; i += 4) {
    const at = (<usize>i) << 2;
    const keep = i32x4.lt_s(v128.and(v128.load(words + at), low), each ? v128.load(thresholds + at) : common);
    const v = v128.load(a + at);
    const special = i32x4.gt_s(v128.and(v, i32x4.splat(0x7fffffff)), i32x4.splat(0x7f7fffff));
    const kept = v128.or(v128.and(v, keep), v128.andnot(v128.and(special, i32x4.splat(0x7fc00000)), keep));
    if (n - i >= 4) v128.store(a + at, kept);
    else storePart(a + at, kept, (n - i) << 2);
  }
}

const part = memory.data(16, 16);

function storePart(at: usize, v: v128, bytes: i32): void {
  v128.store(part, v);
  memory.copy(at, part, <usize>bytes);
}

/**
 * Sets to zero, in place, the elements whose random word (its lower 24 bits) is not below the threshold: the single one
 * at `thresholds`, or with `each` one for every element. An infinite or NaN element that goes becomes NaN.
 */
export function keepBelow(dtype: u32, a: usize, words: usize, thresholds: usize, each: bool, n: i32): void {
  if (dtype == CODE_BF16) keepBelow16(a, words, thresholds, each, n, 0x7f80, 0x7fc0);
  else if (dtype == CODE_F16) keepBelow16(a, words, thresholds, each, n, 0x7c00, 0x7e00);
  else keepBelow32(a, words, thresholds, each, n);
}

const counters = memory.data(256 * 4, 16);

/** One stable counting pass over indexes, by eight bits of the magnitude. */
function countingPass(dtype: u32, a: usize, n: i32, shift: u32, from: usize, to: usize): void {
  memory.fill(counters, 0, 256 * 4);
  const wide = dtype != CODE_BF16 && dtype != CODE_F16;
  for (let i = 0; i < n; i++) {
    const at = counters + (digit(a, i, wide, shift) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  let start: u32 = 0;
  for (let value: usize = 0; value < 256 * 4; value += 4) {
    const count = load<u32>(counters + value);
    store<u32>(counters + value, start);
    start += count;
  }
  for (let i = 0; i < n; i++) {
    const index = from == 0 ? i : load<i32>(from + ((<usize>i) << 2));
    const at = counters + (digit(a, index, wide, shift) << 2);
    const position = load<u32>(at);
    store<i32>(to + ((<usize>position) << 2), index);
    store<u32>(at, position + 1);
  }
}

// @ts-ignore: decorator
@inline
function digit(a: usize, i: i32, wide: bool, shift: u32): usize {
  if (wide) return <usize>(((load<u32>(a + ((<usize>i) << 2)) & 0x7fffffff) >> shift) & 0xff);
  return <usize>((((<u32>load<u16>(a + ((<usize>i) << 1))) & 0x7fff) >> shift) & 0xff);
}

/**
 * out[i] = thresholds[rank of |a[i]|], rank 0 for the smallest magnitude and, among equal ones, the lowest index.
 * `scratch` has room for 2·n indexes.
 */
export function thresholdsByRank(dtype: u32, a: usize, n: i32, thresholds: usize, out: usize, scratch: usize): void {
  const other = scratch + ((<usize>n) << 2);
  countingPass(dtype, a, n, 0, 0, scratch);
  countingPass(dtype, a, n, 8, scratch, other);
  let order = other;
  if (dtype != CODE_BF16 && dtype != CODE_F16) {
    countingPass(dtype, a, n, 16, other, scratch);
    countingPass(dtype, a, n, 24, scratch, other);
    order = other;
  }
  for (let rank = 0; rank < n; rank++) {
    const index = load<u32>(order + ((<usize>rank) << 2));
    store<u32>(out + ((<usize>index) << 2), load<u32>(thresholds + ((<usize>rank) << 2)));
  }
}
