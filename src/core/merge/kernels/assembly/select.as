import { CODE_BF16, CODE_F16 } from "./lanes";

// A magnitude is the bits of an element without its sign: as an unsigned integer it orders like |x|, NaN last.

/** Counts of the 32768 magnitudes of a 16-bit dtype, in four tables one after the other that are to be added up. */
export function histogram16(a: usize, n: i32, tables: usize): void {
  const size: usize = 32768 * 4;
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const bits = load<u64>(a + ((<usize>i) << 1)) & 0x7fff7fff7fff7fff;
    const first = tables + ((<usize>(bits & 0x7fff)) << 2);
    const second = tables + size + ((<usize>((bits >> 16) & 0x7fff)) << 2);
    const third = tables + 2 * size + ((<usize>((bits >> 32) & 0x7fff)) << 2);
    const fourth = tables + 3 * size + ((<usize>(bits >> 48)) << 2);
    store<u32>(first, load<u32>(first) + 1);
    store<u32>(second, load<u32>(second) + 1);
    store<u32>(third, load<u32>(third) + 1);
    store<u32>(fourth, load<u32>(fourth) + 1);
  }
  for (; i < n; i++) {
    const at = tables + ((<usize>(load<u16>(a + ((<usize>i) << 1)) & 0x7fff)) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
}

/** Counts of the upper 15 bits of F32 magnitudes, in 32768 counters. */
export function histogramHigh(a: usize, n: i32, table: usize): void {
  for (let i = 0; i < n; i++) {
    const at = table + ((<usize>((load<u32>(a + ((<usize>i) << 2)) >> 16) & 0x7fff)) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
}

/** Counts of the lower 16 bits of those F32 magnitudes whose upper 15 bits are `high`, in 65536 counters. */
export function histogramLow(a: usize, n: i32, high: u32, table: usize): void {
  for (let i = 0; i < n; i++) {
    const bits = load<u32>(a + ((<usize>i) << 2));
    if (((bits >> 16) & 0x7fff) != high) continue;
    const at = table + ((<usize>(bits & 0xffff)) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
}

/** Fields of the range that `keepRange` follows through the blocks of a tensor; `MagnitudeRange` in kernels.ts. */
// @ts-ignore: decorator
@unmanaged
class Range {
  lower: u32;
  upper: u32;
  lowerFrom: u32;
  lowerTo: u32;
  upperTo: u32;
  lowerSeen: u32;
  upperSeen: u32;
}

/** Of the lanes in `ties` those whose ordinal (from `seen` on) lies in [from, to). `width` is the lanes of a vector. */
// @ts-ignore: decorator
@inline
function admitted<T>(ties: v128, mask: i32, seen: u32, from: u32, to: u32): v128 {
  const count = <u32>popcnt(mask);
  if (seen >= from && seen + count <= to) return ties;
  if (seen + count <= from || seen >= to) return i32x4.splat(0);
  return admitSome(ties, mask, seen, from, to, sizeof<T>());
}

const lanes = memory.data(16, 16);

function admitSome(ties: v128, mask: i32, seen: u32, from: u32, to: u32, width: i32): v128 {
  v128.store(lanes, ties);
  let ordinal = seen;
  for (let lane = 0; lane < 16 / width; lane++) {
    if ((mask & (1 << lane)) == 0) continue;
    if (ordinal < from || ordinal >= to) memory.fill(lanes + <usize>(lane * width), 0, <usize>width);
    ordinal++;
  }
  return v128.load(lanes);
}

function keepRange16(a: usize, n: i32, range: Range, infinity: i16, nan: i16): void {
  const below = i16x8.splat(<i16>range.lower);
  const above = i16x8.splat(<i16>range.upper);
  const highest = i16x8.splat(<i16>(range.upper - 1));
  const last = i16x8.splat(infinity - 1);
  for (let i = 0; i < n; i += 8) {
    const at = a + ((<usize>i) << 1);
    const v = v128.load(at);
    const magnitude = v128.and(v, i16x8.splat(0x7fff));
    const inside = v128.and(i16x8.gt_s(magnitude, below), i16x8.le_s(magnitude, highest));
    let atLower = i16x8.eq(magnitude, below);
    let atUpper = range.upper == range.lower ? i16x8.splat(0) : i16x8.eq(magnitude, above);
    let valid = 0xff;
    if (n - i < 8) valid = (1 << (n - i)) - 1;
    const lowerMask = i16x8.bitmask(atLower) & valid;
    const upperMask = i16x8.bitmask(atUpper) & valid;
    atLower = admitted<u16>(atLower, lowerMask, range.lowerSeen, range.lowerFrom, range.lowerTo);
    atUpper = admitted<u16>(atUpper, upperMask, range.upperSeen, 0, range.upperTo);
    range.lowerSeen += <u32>popcnt(lowerMask);
    range.upperSeen += <u32>popcnt(upperMask);
    const keep = v128.or(v128.or(inside, atLower), atUpper);
    const lost = v128.andnot(v128.and(i16x8.gt_s(magnitude, last), i16x8.splat(nan)), keep);
    storeFirst(at, v128.or(v128.and(v, keep), lost), (n - i) << 1);
  }
}

function keepRange32(a: usize, n: i32, range: Range): void {
  const below = i32x4.splat(range.lower);
  const above = i32x4.splat(range.upper);
  const highest = i32x4.splat(range.upper - 1);
  const last = i32x4.splat(0x7f7fffff);
  for (let i = 0; i < n; i += 4) {
    const at = a + ((<usize>i) << 2);
    const v = v128.load(at);
    const magnitude = v128.and(v, i32x4.splat(0x7fffffff));
    const inside = v128.and(i32x4.gt_s(magnitude, below), i32x4.le_s(magnitude, highest));
    let atLower = i32x4.eq(magnitude, below);
    let atUpper = range.upper == range.lower ? i32x4.splat(0) : i32x4.eq(magnitude, above);
    let valid = 0xf;
    if (n - i < 4) valid = (1 << (n - i)) - 1;
    const lowerMask = i32x4.bitmask(atLower) & valid;
    const upperMask = i32x4.bitmask(atUpper) & valid;
    atLower = admitted<u32>(atLower, lowerMask, range.lowerSeen, range.lowerFrom, range.lowerTo);
    atUpper = admitted<u32>(atUpper, upperMask, range.upperSeen, 0, range.upperTo);
    range.lowerSeen += <u32>popcnt(lowerMask);
    range.upperSeen += <u32>popcnt(upperMask);
    const keep = v128.or(v128.or(inside, atLower), atUpper);
    const lost = v128.andnot(v128.and(i32x4.gt_s(magnitude, last), i32x4.splat(0x7fc00000)), keep);
    storeFirst(at, v128.or(v128.and(v, keep), lost), (n - i) << 2);
  }
}

// @ts-ignore: decorator
@inline
function storeFirst(at: usize, v: v128, bytes: i32): void {
  if (bytes >= 16) {
    v128.store(at, v);
  } else {
    v128.store(lanes, v);
    memory.copy(at, lanes, <usize>bytes);
  }
}

/** Sets to zero, in place, what lies outside the range; an infinite or NaN element outside becomes NaN, as times zero. */
export function keepRange(dtype: u32, a: usize, n: i32, range: usize): void {
  if (dtype == CODE_BF16) keepRange16(a, n, changetype<Range>(range), 0x7f80, 0x7fc0);
  else if (dtype == CODE_F16) keepRange16(a, n, changetype<Range>(range), 0x7c00, 0x7e00);
  else keepRange32(a, n, changetype<Range>(range));
}

/** Sets to zero, in place, the elements where `mask` is zero. */
export function keepWhere(dtype: u32, a: usize, mask: usize, n: i32): void {
  const narrow = dtype == CODE_BF16 || dtype == CODE_F16;
  const bytes = narrow ? n << 1 : n << 2;
  for (let at = 0; at < bytes; at += 16) {
    const bits = v128.load(mask + <usize>at);
    const zero = narrow
      ? i16x8.eq(v128.and(bits, i16x8.splat(0x7fff)), i16x8.splat(0))
      : i32x4.eq(v128.and(bits, i32x4.splat(0x7fffffff)), i32x4.splat(0));
    const address = a + <usize>at;
    storeFirst(address, v128.andnot(v128.load(address), zero), bytes - at);
  }
}
