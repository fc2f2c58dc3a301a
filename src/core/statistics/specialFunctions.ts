import { StatisticsError } from "../errors.ts";

/** Abramowitz and Stegun, Handbook of Mathematical Functions, 6.1.41: the terms B₂ₖ / (2k (2k − 1) x²ᵏ⁻¹). */
const stirlingTerms = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360];
/** From here on six terms of Stirling's series are exact to double precision. */
const stirlingFrom = 15;
const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI);
const relativePrecision = 2 ** -53;
const fractionPrecision = 1e-15;
/** Far above what the slowest case needs: about the square root of the number of items. */
const maxFractionTerms = 1e6;
/** Keeps a denominator of a continued fraction away from zero (modified Lentz method). */
const tiny = 1e-300;

/** Logarithm of the gamma function, for x > 0. Absolute error below 1e-14 for x < 15, else relative 1e-15. */
export function logGamma(x: number): number {
  let product = 1;
  let shifted = x;
  while (shifted < stirlingFrom) product *= shifted++;
  return (shifted - 0.5) * Math.log(shifted) - shifted + halfLogTwoPi + stirlingError(shifted) - Math.log(product);
}

/** ln Γ(x) − [(x − ½) ln x − x + ½ ln 2π], for x ≥ 15. */
function stirlingError(x: number): number {
  const inverseSquare = 1 / (x * x);
  return stirlingTerms.reduceRight((sum, term) => sum * inverseSquare + term, 0) / x;
}

/** Logarithm of the beta function, for a, b > 0; large parameters cancel before they can cost digits. */
export function logBeta(a: number, b: number): number {
  const small = Math.min(a, b);
  const large = Math.max(a, b);
  if (large < stirlingFrom) return logGamma(a) + logGamma(b) - logGamma(a + b);
  const total = a + b;
  const largeOverTotal = (large - 0.5) * Math.log1p(-small / total);
  const correction = stirlingError(large) - stirlingError(total);
  if (small < stirlingFrom) return logGamma(small) + small - small * Math.log(total) + largeOverTotal + correction;
  const smallOverTotal = (small - 0.5) * Math.log(small / total);
  return halfLogTwoPi - 0.5 * Math.log(total) + smallOverTotal + largeOverTotal + correction + stirlingError(small);
}

/**
 * Regularised incomplete beta function Iₓ(a, b), for 0 ≤ x ≤ 1 and a, b > 0: DLMF 8.17.22, evaluated on the side of the
 * mean where the continued fraction converges fast. The upper tail without cancellation is I₁₋ₓ(b, a).
 */
export function regularizedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - regularizedBetaFraction(1 - x, b, a);
  return regularizedBetaFraction(x, a, b);
}

function regularizedBetaFraction(x: number, a: number, b: number): number {
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b)) / a;
  const numerator = (j: number): number => {
    const m = Math.floor(j / 2);
    return j % 2 === 0
      ? (m * (b - m) * x) / ((a + j - 1) * (a + j))
      : (-(a + m) * (a + b + m) * x) / ((a + j - 1) * (a + j));
  };
  return front / continuedFraction(1, numerator, () => 1);
}

/** Regularised upper incomplete gamma function Q(a, x), for a > 0 and x ≥ 0: DLMF 8.11.4 below a + 1, 8.9.2 above. */
export function regularizedGammaUpper(a: number, x: number): number {
  if (x <= 0) return 1;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; term > sum * relativePrecision; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return 1 - front * sum;
  }
  return (
    front /
    continuedFraction(
      x + 1 - a,
      (j) => -j * (j - a),
      (j) => x + 2 * j + 1 - a,
    )
  );
}

/** b₀ + a₁/(b₁ + a₂/(b₂ + …)) by the modified Lentz method (Thompson and Barnett, J. Comput. Phys. 64, 1986). */
function continuedFraction(
  first: number,
  numerator: (j: number) => number,
  denominator: (j: number) => number,
): number {
  let value = first;
  let c = first;
  let d = 0;
  for (let j = 1; j <= maxFractionTerms; j++) {
    const aj = numerator(j);
    const bj = denominator(j);
    d = 1 / awayFromZero(bj + aj * d);
    c = awayFromZero(bj + aj / c);
    const factor = c * d;
    value *= factor;
    if (Math.abs(factor - 1) <= fractionPrecision) return value;
  }
  throw new StatisticsError("A continued fraction did not converge; a parameter is not a number or far too large.");
}

function awayFromZero(value: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}
