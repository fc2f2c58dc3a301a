import { StatisticsError } from "../errors.ts";
import { bisect } from "./bisect.ts";
import { logBeta, regularizedBeta, regularizedGammaUpper } from "./specialFunctions.ts";

/** P(Z > z) of the standard normal distribution, accurate in the far tail. */
export function normalSurvival(z: number): number {
  const tail = 0.5 * regularizedGammaUpper(0.5, (z * z) / 2);
  return z >= 0 ? tail : 1 - tail;
}

/** The z with P(Z ≤ z) = p, for 0 < p < 1. */
export function normalQuantile(p: number): number {
  return symmetricQuantile(p, normalSurvival);
}

/** P(T > t) of Student's t with `df` > 0 degrees of freedom (DLMF 8.17; df need not be whole). */
export function studentTSurvival(t: number, df: number): number {
  const square = t * t;
  // Near the middle the small argument is the exact one; in the tail the small result must not come from a subtraction.
  const tail =
    square < 1
      ? 0.5 * (1 - regularizedBeta(square / (df + square), 0.5, df / 2))
      : 0.5 * regularizedBeta(df / (df + square), df / 2, 0.5);
  return t >= 0 ? tail : 1 - tail;
}

/** The t with P(T ≤ t) = p of Student's t with `df` degrees of freedom, for 0 < p < 1. */
export function studentTQuantile(p: number, df: number): number {
  return symmetricQuantile(p, (t) => studentTSurvival(t, df));
}

/** P(X = k) for X ~ Binomial(n, p). */
export function binomialPmf(k: number, n: number, p: number): number {
  if (k < 0 || k > n) return 0;
  if (p === 0 || p === 1) return k === n * p ? 1 : 0;
  const logChoose = -Math.log(n + 1) - logBeta(k + 1, n - k + 1);
  return Math.exp(logChoose + k * Math.log(p) + (n - k) * Math.log1p(-p));
}

/** P(X ≤ k) for X ~ Binomial(n, p) (DLMF 8.17.5). */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  return regularizedBeta(1 - p, n - k, k + 1);
}

/** P(X > x) of the chi-square distribution with `df` degrees of freedom. */
export function chiSquareSurvival(x: number, df: number): number {
  return regularizedGammaUpper(df / 2, x / 2);
}

/** Quantile of a distribution that is symmetric about 0, from its upper tail. */
function symmetricQuantile(p: number, survival: (x: number) => number): number {
  checkOpenProbability(p);
  if (p === 0.5) return 0;
  const tail = Math.min(p, 1 - p);
  let high = 1;
  while (survival(high) > tail) high *= 2;
  const magnitude = bisect((x) => survival(x) > tail, 0, high);
  return p < 0.5 ? -magnitude : magnitude;
}

function checkOpenProbability(p: number): void {
  if (!(p > 0 && p < 1)) throw new StatisticsError(`A quantile needs a probability between 0 and 1, not ${p}.`);
}
