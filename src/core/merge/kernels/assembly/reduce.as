import { BF16, CODE_BF16, CODE_F16, F16, F32, firstLanes, load4, round4 } from "./lanes";

// Sums run in double precision in four lanes (index modulo four), added at the end as (0 + 2) + (1 + 3).

// @ts-ignore: decorator
@inline
function low(v: v128): v128 {
  return f64x2.promote_low_f32x4(v);
}

// @ts-ignore: decorator
@inline
function high(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 1));
}

// @ts-ignore: decorator
@inline
function total(first: v128, second: v128): f64 {
  const sum = f64x2.add(first, second);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

function sumAbsoluteOf<T>(a: usize, n: i32): f64 {
  let first = f64x2.splat(0);
  let second = f64x2.splat(0);
  for (let i = 0; i < n; i += 4) {
    let v = f32x4.abs(load4<T>(a + (<usize>i) * sizeof<T>()));
    if (n - i < 4) v = v128.and(v, firstLanes(n - i));
    first = f64x2.add(first, low(v));
    second = f64x2.add(second, high(v));
  }
  return total(first, second);
}

/** Σ |a|. */
export function sumAbsolute(dtype: u32, a: usize, n: i32): f64 {
  if (dtype == CODE_BF16) return sumAbsoluteOf<BF16>(a, n);
  if (dtype == CODE_F16) return sumAbsoluteOf<F16>(a, n);
  return sumAbsoluteOf<F32>(a, n);
}

function dotRoundedOf<T>(a: usize, b: usize, n: i32): f64 {
  let first = f64x2.splat(0);
  let second = f64x2.splat(0);
  for (let i = 0; i < n; i += 4) {
    const at = (<usize>i) * sizeof<T>();
    let v = round4<T>(f32x4.mul(load4<T>(a + at), load4<T>(b + at)));
    if (n - i < 4) v = v128.and(v, firstLanes(n - i));
    first = f64x2.add(first, low(v));
    second = f64x2.add(second, high(v));
  }
  return total(first, second);
}

/** Σ R(a · b). */
export function dotRounded(dtype: u32, a: usize, b: usize, n: i32): f64 {
  if (dtype == CODE_BF16) return dotRoundedOf<BF16>(a, b, n);
  if (dtype == CODE_F16) return dotRoundedOf<F16>(a, b, n);
  return dotRoundedOf<F32>(a, b, n);
}

function dotOf<T>(a: usize, b: usize, n: i32): f64 {
  let first = f64x2.splat(0);
  let second = f64x2.splat(0);
  for (let i = 0; i < n; i += 4) {
    const at = (<usize>i) * sizeof<T>();
    let x = load4<T>(a + at);
    let y = load4<T>(b + at);
    if (n - i < 4) {
      x = v128.and(x, firstLanes(n - i));
      y = v128.and(y, firstLanes(n - i));
    }
    first = f64x2.add(first, f64x2.mul(low(x), low(y)));
    second = f64x2.add(second, f64x2.mul(high(x), high(y)));
  }
  return total(first, second);
}

/** Σ a · b, in double precision throughout. */
export function dot(dtype: u32, a: usize, b: usize, n: i32): f64 {
  if (dtype == CODE_BF16) return dotOf<BF16>(a, b, n);
  if (dtype == CODE_F16) return dotOf<F16>(a, b, n);
  return dotOf<F32>(a, b, n);
}

// @ts-ignore: decorator
@inline
function accumulate2(sums: usize, x: v128, y: v128): void {
  v128.store(sums, f64x2.add(v128.load(sums), f64x2.mul(low(x), low(y))));
  v128.store(sums, f64x2.add(v128.load(sums, 16), f64x2.mul(high(x), high(y))), 16);
}

function dotColumnsOf<T>(a: usize, b: usize, sums: usize, n: i32, rounded: bool): void {
  const one = f32x4.splat(1);
  for (let i = 0; i < n; i += 4) {
    const at = (<usize>i) * sizeof<T>();
    const x = load4<T>(a + at);
    const y = load4<T>(b + at);
    if (rounded) accumulate2(sums + ((<usize>i) << 3), round4<T>(f32x4.mul(x, y)), one);
    else accumulate2(sums + ((<usize>i) << 3), x, y);
  }
}

/** sums[i] += a[i] · b[i] in double precision, the product rounded first if `rounded`. `sums` has room for a multiple of four. */
export function dotColumns(dtype: u32, a: usize, b: usize, sums: usize, n: i32, rounded: bool): void {
  if (dtype == CODE_BF16) dotColumnsOf<BF16>(a, b, sums, n, rounded);
  else if (dtype == CODE_F16) dotColumnsOf<F16>(a, b, sums, n, rounded);
  else dotColumnsOf<F32>(a, b, sums, n, rounded);
}
