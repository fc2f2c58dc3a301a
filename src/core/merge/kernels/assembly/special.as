import { BF16, CODE_BF16, CODE_F16, F16, F32, load4, round4, store4 } from "./lanes";

// @ts-ignore: decorator
@inline
function element4<T>(pointers: usize, model: i32, i: i32): v128 {
  return load4<T>(<usize>load<u32>(pointers + ((<usize>model) << 2)) + (<usize>i) * sizeof<T>());
}

function nearswapOf<T>(base: usize, other: usize, out: usize, n: i32, t: f32, floor: f32): void {
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  for (let i = 0; i < n; i += 4) {
    const at = (<usize>i) * sizeof<T>();
    const x = load4<T>(base + at);
    const y = load4<T>(other + at);
    const distance = f32x4.max(f32x4.abs(round4<T>(f32x4.sub(x, y))), f32x4.splat(floor));
    const ratio = round4<T>(f32x4.mul(round4<T>(f32x4.div(one, distance)), f32x4.splat(t)));
    const share = f32x4.min(f32x4.max(ratio, zero), one);
    const rest = round4<T>(f32x4.mul(round4<T>(f32x4.sub(one, share)), x));
    store4<T>(out + at, round4<T>(f32x4.add(round4<T>(f32x4.mul(share, y)), rest)), n - i);
  }
}

/** Moves `base` towards `other` by the share t / max(|base − other|, floor), at most wholly. */
export function nearswap(dtype: u32, base: usize, other: usize, out: usize, n: i32, t: f32, floor: f32): void {
  if (dtype == CODE_BF16) nearswapOf<BF16>(base, other, out, n, t, floor);
  else if (dtype == CODE_F16) nearswapOf<F16>(base, other, out, n, t, floor);
  else nearswapOf<F32>(base, other, out, n, t, floor);
}

/** Ones where the model changes the element by more than epsilon. */
// @ts-ignore: decorator
@inline
function active4<T>(deltas: usize, model: i32, i: i32, epsilon: v128): v128 {
  return f32x4.gt(f32x4.abs(element4<T>(deltas, model, i)), epsilon);
}

// @ts-ignore: decorator
@inline
function activeCount4<T>(deltas: usize, models: i32, i: i32, epsilon: v128): v128 {
  let count = i32x4.splat(0);
  for (let model = 0; model < models; model++) count = i32x4.sub(count, active4<T>(deltas, model, i, epsilon));
  return count;
}

function countActiveOf<T>(deltas: usize, models: i32, n: i32, epsilon: f32, counts: usize): void {
  const limit = f32x4.splat(epsilon);
  for (let i = 0; i < n; i += 4) {
    const unique = i32x4.eq(activeCount4<T>(deltas, models, i, limit), i32x4.splat(1));
    const valid = n - i < 4 ? (1 << (n - i)) - 1 : 0xf;
    for (let model = 0; model < models; model++) {
      const active = active4<T>(deltas, model, i, limit);
      const at = counts + ((<usize>model) << 3);
      store<u32>(at, load<u32>(at) + <u32>popcnt(i32x4.bitmask(v128.andnot(active, unique)) & valid));
      store<u32>(at, load<u32>(at, 4) + <u32>popcnt(i32x4.bitmask(v128.and(active, unique)) & valid), 4);
    }
  }
}

/** Adds to counts[2·model] the elements that the model and others change, to counts[2·model + 1] those that it alone does. */
export function countActive(dtype: u32, deltas: usize, models: i32, n: i32, epsilon: f32, counts: usize): void {
  if (dtype == CODE_BF16) countActiveOf<BF16>(deltas, models, n, epsilon, counts);
  else if (dtype == CODE_F16) countActiveOf<F16>(deltas, models, n, epsilon, counts);
  else countActiveOf<F32>(deltas, models, n, epsilon, counts);
}

function addActiveOf<T, O>(
  deltas: usize,
  factors: usize,
  models: i32,
  base: usize,
  out: usize,
  n: i32,
  epsilon: f32,
): void {
  const limit = f32x4.splat(epsilon);
  for (let i = 0; i < n; i += 4) {
    const count = activeCount4<T>(deltas, models, i, limit);
    const unique = i32x4.eq(count, i32x4.splat(1));
    const divisor = f32x4.convert_i32x4_s(i32x4.max_s(count, i32x4.splat(1)));
    let sum = f32x4.splat(0);
    for (let model = 0; model < models; model++) {
      const delta = element4<T>(deltas, model, i);
      const alone = round4<O>(f32x4.mul(delta, v128.load_splat<f32>(factors + ((<usize>model) << 2))));
      const shared = round4<T>(f32x4.div(delta, divisor));
      const part = v128.and(v128.bitselect(alone, shared, unique), active4<T>(deltas, model, i, limit));
      sum = f32x4.add(sum, part);
    }
    store4<O>(out + (<usize>i) * sizeof<O>(), round4<O>(f32x4.add(load4<T>(base + (<usize>i) * sizeof<T>()), round4<O>(sum))), n - i);
  }
}

/**
 * out = base + Σ of the active deltas: divided by the number of models that change the element, or, where one alone does,
 * times its factor. The output is F32 if `single`, otherwise of the inputs' dtype.
 */
export function addActive(
  dtype: u32,
  single: bool,
  deltas: usize,
  factors: usize,
  models: i32,
  base: usize,
  out: usize,
  n: i32,
  epsilon: f32,
): void {
  if (dtype == CODE_BF16) {
    if (single) addActiveOf<BF16, F32>(deltas, factors, models, base, out, n, epsilon);
    else addActiveOf<BF16, BF16>(deltas, factors, models, base, out, n, epsilon);
  } else if (dtype == CODE_F16) {
    if (single) addActiveOf<F16, F32>(deltas, factors, models, base, out, n, epsilon);
    else addActiveOf<F16, F16>(deltas, factors, models, base, out, n, epsilon);
  } else addActiveOf<F32, F32>(deltas, factors, models, base, out, n, epsilon);
}

function varianceOf<T>(pointers: usize, models: i32, out: usize, n: i32): void {
  for (let i = 0; i < n; i += 4) {
    let v = f32x4.splat(0);
    v = f32x4.replace_lane(v, 0, variance1<T>(pointers, models, i));
    v = f32x4.replace_lane(v, 1, variance1<T>(pointers, models, i + 1));
    v = f32x4.replace_lane(v, 2, variance1<T>(pointers, models, i + 2));
    v = f32x4.replace_lane(v, 3, variance1<T>(pointers, models, i + 3));
    store4<T>(out + (<usize>i) * sizeof<T>(), round4<T>(v), n - i);
  }
}

function variance1<T>(pointers: usize, models: i32, i: i32): f32 {
  let sum: f64 = 0;
  for (let model = 0; model < models; model++) sum += <f64>f32x4.extract_lane(element4<T>(pointers, model, i), 0);
  const mean = sum / <f64>models;
  let squares: f64 = 0;
  for (let model = 0; model < models; model++) {
    const difference = <f64>f32x4.extract_lane(element4<T>(pointers, model, i), 0) - mean;
    squares += difference * difference;
  }
  return <f32>(squares / <f64>models);
}

/** out = R(population variance over the models), computed in double precision. */
export function variance(dtype: u32, pointers: usize, models: i32, out: usize, n: i32): void {
  if (dtype == CODE_BF16) varianceOf<BF16>(pointers, models, out, n);
  else if (dtype == CODE_F16) varianceOf<F16>(pointers, models, out, n);
  else varianceOf<F32>(pointers, models, out, n);
}

function addElectedOf<T>(deltas: usize, weights: usize, models: i32, base: usize, out: usize, n: i32, floor: f32): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (let i = 0; i < n; i += 4) {
    const at = (<usize>i) * sizeof<T>();
    let vote = zero;
    for (let model = 0; model < models; model++) vote = f32x4.add(vote, element4<T>(deltas, model, i));
    const positive = f32x4.ge(round4<T>(vote), zero);
    let sum = zero;
    let share = zero;
    for (let model = 0; model < models; model++) {
      const delta = element4<T>(deltas, model, i);
      const weight = v128.load_splat<f32>(weights + ((<usize>model) << 2));
      const factor = v128.and(v128.bitselect(f32x4.gt(delta, zero), f32x4.lt(delta, zero), positive), one);
      sum = f32x4.add(sum, f32x4.mul(round4<T>(f32x4.mul(delta, weight)), factor));
      share = f32x4.add(share, f32x4.mul(weight, factor));
    }
    const divisor = f32x4.max(round4<T>(share), f32x4.splat(floor));
    const mean = round4<T>(f32x4.div(round4<T>(sum), divisor));
    store4<T>(out + at, round4<T>(f32x4.add(load4<T>(base + at), mean)), n - i);
  }
}

/** out = base + weighted mean of those deltas whose sign is that of their unweighted sum; the divisor is at least `floor`. */
export function addElected(
  dtype: u32,
  deltas: usize,
  weights: usize,
  models: i32,
  base: usize,
  out: usize,
  n: i32,
  floor: f32,
): void {
  if (dtype == CODE_BF16) addElectedOf<BF16>(deltas, weights, models, base, out, n, floor);
  else if (dtype == CODE_F16) addElectedOf<F16>(deltas, weights, models, base, out, n, floor);
  else addElectedOf<F32>(deltas, weights, models, base, out, n, floor);
}
