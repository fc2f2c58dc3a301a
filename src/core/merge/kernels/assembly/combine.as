import { BF16, CODE_BF16, CODE_F16, F16, F32, load4, round4, store4 } from "./lanes";

// Sums over models run in single precision, in the order of the models. Sixteen models at a time are summed apart,
// and the last, incomplete sixteen come first: ((rest) + (first sixteen + second sixteen + …)).

/** Contributions of up to 1024 models to one vector of four elements. */
const contributions = memory.data(16 * 1024, 16);

// @ts-ignore: decorator
@inline
function element4<T>(pointers: usize, model: i32, i: i32): v128 {
  return load4<T>(<usize>load<u32>(pointers + ((<usize>model) << 2)) + (<usize>i) * sizeof<T>());
}

// @ts-ignore: decorator
@inline
function weight4(weights: usize, model: i32): v128 {
  return v128.load_splat<f32>(weights + ((<usize>model) << 2));
}

// @ts-ignore: decorator
@inline
function sumLoop<T>(
  pointers: usize,
  weights: usize,
  models: i32,
  out: usize,
  n: i32,
  roundProducts: bool,
  divide: bool,
  divisor: f32,
): void {
  const divisor4 = f32x4.splat(divisor);
  for (let i = 0; i < n; i += 4) {
    let sum = f32x4.splat(0);
    let sixteens = f32x4.splat(0);
    for (let model = 0; model < models; model++) {
      const product = f32x4.mul(element4<T>(pointers, model, i), weight4(weights, model));
      sum = f32x4.add(sum, roundProducts ? round4<T>(product) : product);
      if ((model & 15) == 15) {
        sixteens = f32x4.add(sixteens, sum);
        sum = f32x4.splat(0);
      }
    }
    sum = f32x4.add(sum, sixteens);
    if (divide) sum = f32x4.div(roundProducts ? round4<T>(sum) : sum, divisor4);
    store4<T>(out + (<usize>i) * sizeof<T>(), round4<T>(sum), n - i);
  }
}

function sumOf<T>(
  pointers: usize,
  weights: usize,
  models: i32,
  out: usize,
  n: i32,
  roundProducts: bool,
  divide: bool,
  divisor: f32,
): void {
  if (roundProducts) sumLoop<T>(pointers, weights, models, out, n, true, divide, divisor);
  else sumLoop<T>(pointers, weights, models, out, n, false, divide, divisor);
}

/** out = R(R(Σ R(w·x)) / divisor); without `roundProducts` only the last R remains. */
export function weightedSum(
  dtype: u32,
  pointers: usize,
  weights: usize,
  models: i32,
  out: usize,
  n: i32,
  roundProducts: bool,
  divide: bool,
  divisor: f32,
): void {
  if (dtype == CODE_BF16) sumOf<BF16>(pointers, weights, models, out, n, roundProducts, divide, divisor);
  else if (dtype == CODE_F16) sumOf<F16>(pointers, weights, models, out, n, roundProducts, divide, divisor);
  else sumOf<F32>(pointers, weights, models, out, n, roundProducts, divide, divisor);
}

// @ts-ignore: decorator
@inline
function addScaled<T>(base: v128, sum: v128, lambda: f32): v128 {
  const scaled = lambda == 1 ? sum : round4<T>(f32x4.mul(sum, f32x4.splat(lambda)));
  return round4<T>(f32x4.add(base, scaled));
}

function addDeltasOf<T>(
  pointers: usize,
  weights: usize,
  models: i32,
  base: usize,
  out: usize,
  n: i32,
  divide: bool,
  divisor: f32,
  lambda: f32,
): void {
  for (let i = 0; i < n; i += 4) {
    const at = (<usize>i) * sizeof<T>();
    let sum = f32x4.splat(0);
    let sixteens = f32x4.splat(0);
    for (let model = 0; model < models; model++) {
      const delta = round4<T>(f32x4.mul(element4<T>(pointers, model, i), weight4(weights, model)));
      sum = f32x4.add(sum, delta);
      if ((model & 15) == 15) {
        sixteens = f32x4.add(sixteens, sum);
        sum = f32x4.splat(0);
      }
    }
    sum = round4<T>(f32x4.add(sum, sixteens));
    if (divide) sum = round4<T>(f32x4.div(sum, f32x4.splat(divisor)));
    store4<T>(out + at, addScaled<T>(load4<T>(base + at), sum, lambda), n - i);
  }
}

/** out = base + lambda · (Σ w·delta) / divisor, each step rounded. */
export function addDeltas(
  dtype: u32,
  pointers: usize,
  weights: usize,
  models: i32,
  base: usize,
  out: usize,
  n: i32,
  divide: bool,
  divisor: f32,
  lambda: f32,
): void {
  if (dtype == CODE_BF16) addDeltasOf<BF16>(pointers, weights, models, base, out, n, divide, divisor, lambda);
  else if (dtype == CODE_F16) addDeltasOf<F16>(pointers, weights, models, base, out, n, divide, divisor, lambda);
  else addDeltasOf<F32>(pointers, weights, models, base, out, n, divide, divisor, lambda);
}

function addAgreeingOf<T>(
  pointers: usize,
  weights: usize,
  models: i32,
  base: usize,
  out: usize,
  n: i32,
  divide: bool,
  lambda: f32,
): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (let i = 0; i < n; i += 4) {
    const at = (<usize>i) * sizeof<T>();
    let vote = zero;
    let voteSixteens = zero;
    for (let model = 0; model < models; model++) {
      const delta = round4<T>(f32x4.mul(element4<T>(pointers, model, i), weight4(weights, model)));
      v128.store(contributions + ((<usize>model) << 4), delta);
      vote = f32x4.add(vote, delta);
      if ((model & 15) == 15) {
        voteSixteens = f32x4.add(voteSixteens, vote);
        vote = zero;
      }
    }
    const positive = f32x4.ge(round4<T>(f32x4.add(vote, voteSixteens)), zero);
    let sum = zero;
    let sumSixteens = zero;
    let share = zero;
    let shareSixteens = zero;
    for (let model = 0; model < models; model++) {
      const delta = v128.load(contributions + ((<usize>model) << 4));
      const agrees = v128.bitselect(f32x4.gt(delta, zero), f32x4.lt(delta, zero), positive);
      const factor = v128.and(agrees, one);
      sum = f32x4.add(sum, f32x4.mul(delta, factor));
      share = f32x4.add(share, f32x4.mul(weight4(weights, model), factor));
      if ((model & 15) == 15) {
        sumSixteens = f32x4.add(sumSixteens, sum);
        shareSixteens = f32x4.add(shareSixteens, share);
        sum = zero;
        share = zero;
      }
    }
    sum = round4<T>(f32x4.add(sum, sumSixteens));
    if (divide) {
      share = round4<T>(f32x4.add(share, shareSixteens));
      share = v128.bitselect(one, share, f32x4.eq(share, zero));
      sum = round4<T>(f32x4.div(sum, share));
    }
    store4<T>(out + at, addScaled<T>(load4<T>(base + at), sum, lambda), n - i);
  }
}

/** As `addDeltas`, of those weighted deltas only whose sign is that of their sum; the divisor is the sum of their weights. */
export function addAgreeingDeltas(
  dtype: u32,
  pointers: usize,
  weights: usize,
  models: i32,
  base: usize,
  out: usize,
  n: i32,
  divide: bool,
  lambda: f32,
): void {
  if (dtype == CODE_BF16) addAgreeingOf<BF16>(pointers, weights, models, base, out, n, divide, lambda);
  else if (dtype == CODE_F16) addAgreeingOf<F16>(pointers, weights, models, base, out, n, divide, lambda);
  else addAgreeingOf<F32>(pointers, weights, models, base, out, n, divide, lambda);
}
