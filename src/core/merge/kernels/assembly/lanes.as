// Four elements at a time as f32 lanes, whatever the dtype in memory. A dtype is named by a type of its size:
// BF16 and F16 have no native type, so an unsigned and a signed 16-bit integer stand for them.
// Memory may be read up to 15 bytes past the end of a block, never written.

export type BF16 = u16;
export type F16 = i16;
export type F32 = f32;

/** Codes by which callers name a dtype; `workDtypeCodes` in kernels.ts holds the same. */
export const CODE_BF16: u32 = 0;
export const CODE_F16: u32 = 1;

const partial = memory.data(16, 16);

// @ts-ignore: decorator
@inline
export function decodeHalf(h: v128): v128 {
  const magnitude = v128.and(h, i32x4.splat(0x7fff));
  const shifted = i32x4.shl(magnitude, 13);
  const normal = i32x4.add(shifted, i32x4.splat(0x38000000));
  const special = i32x4.add(shifted, i32x4.splat(0x70000000));
  const subnormal = f32x4.mul(f32x4.convert_i32x4_s(magnitude), f32x4.splat(5.9604644775390625e-8));
  const isSpecial = i32x4.gt_s(magnitude, i32x4.splat(0x7bff));
  const isSubnormal = i32x4.lt_s(magnitude, i32x4.splat(0x400));
  const value = v128.bitselect(subnormal, v128.bitselect(special, normal, isSpecial), isSubnormal);
  return v128.or(value, i32x4.shl(v128.and(h, i32x4.splat(0x8000)), 16));
}

/** The F16 bits of lanes that already hold F16 values. */
// @ts-ignore: decorator
@inline
export function encodeHalf(v: v128): v128 {
  const magnitude = v128.and(v, i32x4.splat(0x7fffffff));
  const normal = i32x4.shr_u(i32x4.sub(magnitude, i32x4.splat(0x38000000)), 13);
  const subnormal = i32x4.sub(f32x4.add(magnitude, f32x4.splat(0.5)), i32x4.splat(0x3f000000));
  const isSubnormal = f32x4.lt(magnitude, f32x4.splat(6.103515625e-5));
  const finite = v128.bitselect(subnormal, normal, isSubnormal);
  const special = v128.bitselect(
    i32x4.splat(0x7e00),
    i32x4.splat(0x7c00),
    i32x4.gt_s(magnitude, i32x4.splat(0x7f800000)),
  );
  const isSpecial = i32x4.gt_s(magnitude, i32x4.splat(0x7f7fffff));
  const sign = i32x4.shr_u(v128.and(v, i32x4.splat(0x80000000)), 16);
  return v128.or(v128.bitselect(special, finite, isSpecial), sign);
}

// @ts-ignore: decorator
@inline
export function load4<T>(address: usize): v128 {
  if (isFloat<T>()) return v128.load(address);
  const bits = v128.load_ext<u16>(address);
  if (isSigned<T>()) return decodeHalf(bits);
  return i32x4.shl(bits, 16);
}

/** Stores the first `count` of the lanes (all four if there are more); they must hold values of the dtype. */
// @ts-ignore: decorator
@inline
export function store4<T>(address: usize, v: v128, count: i32): void {
  let packed = v;
  if (!isFloat<T>()) {
    const bits = isSigned<T>() ? encodeHalf(v) : i32x4.shr_u(v, 16);
    packed = i16x8.narrow_i32x4_u(bits, bits);
  }
  if (count >= 4) {
    if (isFloat<T>()) v128.store(address, packed);
    else v128.store_lane<u64>(address, packed, 0);
  } else {
    v128.store(partial, packed);
    memory.copy(address, partial, (<usize>count) * sizeof<T>());
  }
}

/** F16 by adding a constant whose unit in the last place is that of the result; beyond the largest value infinity. */
// @ts-ignore: decorator
@inline
function roundHalf(v: v128): v128 {
  const exponent = v128.and(v, i32x4.splat(0x7f800000));
  const bounded = i32x4.min_s(i32x4.max_s(exponent, i32x4.splat(0x38800000)), i32x4.splat(0x47800000));
  const anchor = i32x4.add(bounded, i32x4.splat(0x06800000));
  const rounded = f32x4.sub(f32x4.add(f32x4.abs(v), anchor), anchor);
  const overflow = f32x4.gt(rounded, f32x4.splat(65504));
  const magnitude = v128.bitselect(i32x4.splat(0x7f800000), rounded, overflow);
  return v128.or(magnitude, v128.and(v, i32x4.splat(0x80000000)));
}

/**
 * To the nearest value of the dtype, ties to even. A NaN must have no bits set that the dtype cannot hold,
 * which is true of every result of arithmetic on values of the dtype.
 */
// @ts-ignore: decorator
@inline
export function round4<T>(v: v128): v128 {
  if (isFloat<T>()) return v;
  if (isSigned<T>()) return roundHalf(v);
  const odd = v128.and(i32x4.shr_u(v, 16), i32x4.splat(1));
  return v128.and(i32x4.add(i32x4.add(v, i32x4.splat(0x7fff)), odd), i32x4.splat(0xffff0000));
}

/** As `round4`, for any NaN. */
// @ts-ignore: decorator
@inline
export function roundAny4<T>(v: v128): v128 {
  return v128.bitselect(round4<T>(v), i32x4.splat(0x7fc00000), f32x4.eq(v, v));
}

/** Ones in the first `count` lanes. */
// @ts-ignore: decorator
@inline
export function firstLanes(count: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
}
