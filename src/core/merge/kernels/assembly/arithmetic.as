import { BF16, CODE_BF16, CODE_F16, F16, F32, load4, round4, roundAny4, store4 } from "./lanes";

const ADD: u32 = 0;
const SUBTRACT: u32 = 1;
const MULTIPLY: u32 = 2;

// @ts-ignore: decorator
@inline
function apply(operation: u32, a: v128, b: v128): v128 {
  if (operation == ADD) return f32x4.add(a, b);
  if (operation == SUBTRACT) return f32x4.sub(a, b);
  if (operation == MULTIPLY) return f32x4.mul(a, b);
  return f32x4.div(a, b);
}

// @ts-ignore: decorator
@inline
function binaryLoop<T>(operation: u32, a: usize, b: usize, out: usize, n: i32): void {
  for (let i = 0; i < n; i += 4) {
    const at = (<usize>i) * sizeof<T>();
    store4<T>(out + at, round4<T>(apply(operation, load4<T>(a + at), load4<T>(b + at))), n - i);
  }
}

function binaryOf<T>(operation: u32, a: usize, b: usize, out: usize, n: i32): void {
  if (operation == ADD) binaryLoop<T>(ADD, a, b, out, n);
  else if (operation == SUBTRACT) binaryLoop<T>(SUBTRACT, a, b, out, n);
  else if (operation == MULTIPLY) binaryLoop<T>(MULTIPLY, a, b, out, n);
  else binaryLoop<T>(3, a, b, out, n);
}

/** out = R(a ∘ b), element by element. */
export function binary(dtype: u32, operation: u32, a: usize, b: usize, out: usize, n: i32): void {
  if (dtype == CODE_BF16) binaryOf<BF16>(operation, a, b, out, n);
  else if (dtype == CODE_F16) binaryOf<F16>(operation, a, b, out, n);
  else binaryOf<F32>(operation, a, b, out, n);
}

function scalarOf<T>(operation: u32, a: usize, scalar: f32, out: usize, n: i32): void {
  const b = f32x4.splat(scalar);
  for (let i = 0; i < n; i += 4) {
    const at = (<usize>i) * sizeof<T>();
    store4<T>(out + at, round4<T>(apply(operation, load4<T>(a + at), b)), n - i);
  }
}

/** out = R(a ∘ scalar), element by element; the scalar keeps single precision. */
export function scalar(dtype: u32, operation: u32, a: usize, value: f32, out: usize, n: i32): void {
  if (dtype == CODE_BF16) scalarOf<BF16>(operation, a, value, out, n);
  else if (dtype == CODE_F16) scalarOf<F16>(operation, a, value, out, n);
  else scalarOf<F32>(operation, a, value, out, n);
}

function convertLoop<A, B>(source: usize, out: usize, n: i32): void {
  for (let i = 0; i < n; i += 4) {
    const v = load4<A>(source + (<usize>i) * sizeof<A>());
    store4<B>(out + (<usize>i) * sizeof<B>(), roundAny4<B>(v), n - i);
  }
}

function convertFrom<A>(to: u32, source: usize, out: usize, n: i32): void {
  if (to == CODE_BF16) convertLoop<A, BF16>(source, out, n);
  else if (to == CODE_F16) convertLoop<A, F16>(source, out, n);
  else convertLoop<A, F32>(source, out, n);
}

/** Changes the dtype of a block; the blocks must not overlap. */
export function convert(from: u32, to: u32, source: usize, out: usize, n: i32): void {
  if (from == CODE_BF16) convertFrom<BF16>(to, source, out, n);
  else if (from == CODE_F16) convertFrom<F16>(to, source, out, n);
  else convertFrom<F32>(to, source, out, n);
}
