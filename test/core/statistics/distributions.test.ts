import assert from "node:assert/strict";
import { StatisticsError } from "../../../src/core/errors.ts";
import {
  binomialCdf,
  binomialPmf,
  chiSquareSurvival,
  normalQuantile,
  normalSurvival,
  studentTQuantile,
  studentTSurvival,
} from "../../../src/core/statistics/distributions.ts";
import { logBeta, logGamma, regularizedBeta } from "../../../src/core/statistics/specialFunctions.ts";
import { assertClose, readFixture } from "./fixture.ts";

type QuantileCase =
  | { kind: "normal_ppf"; q: number; value: number }
  | { kind: "t_ppf"; q: number; df: number; value: number }
  | { kind: "binom_cdf"; k: number; n: number; p: number; value: number }
  | { kind: "chi2_sf"; x: number; df: number; value: number };

interface Reference {
  log_gamma: [number, number][];
  log_beta: [number, number, number][];
  beta_cdf: [number, number, number, number][];
  normal_sf: [number, number][];
  normal_quantile: [number, number][];
  t_sf: [number, number, number][];
  t_quantile: [number, number, number][];
  binomial_pmf: [number, number, number, number][];
  binomial_cdf: [number, number, number, number][];
  chi2_sf: [number, number, number][];
}

/** Relative agreement, so that far tails count. */
function assertRelative(actual: number, expected: number, what: string, tolerance: number): void {
  assert.ok(
    Math.abs(actual - expected) <= tolerance * Math.abs(expected) + 1e-300,
    `${what}: ${actual} is not ${expected}, relative error ${Math.abs(actual / expected - 1)}`,
  );
}

describe("distributions", () => {
  for (const row of readFixture<{ cases: QuantileCase[] }>("quantiles").cases) {
    it(`agrees with scipy: ${JSON.stringify(row)}`, () => {
      switch (row.kind) {
        case "normal_ppf":
          return assertClose(normalQuantile(row.q), row.value);
        case "t_ppf":
          return assertClose(studentTQuantile(row.q, row.df), row.value);
        case "binom_cdf":
          return assertClose(binomialCdf(row.k, row.n, row.p), row.value);
        case "chi2_sf":
          return assertRelative(chiSquareSurvival(row.x, row.df), row.value, "chi-square", 1e-12);
      }
    });
  }

  const reference = readFixture<Reference>("distributions");
  const checks: [keyof Reference, (...args: number[]) => number, number][] = [
    ["log_gamma", logGamma, 1e-13],
    ["log_beta", logBeta, 1e-13],
    ["beta_cdf", regularizedBeta, 1e-11],
    ["normal_sf", normalSurvival, 1e-13],
    ["normal_quantile", normalQuantile, 1e-12],
    ["t_sf", studentTSurvival, 1e-11],
    ["t_quantile", studentTQuantile, 1e-11],
    ["binomial_pmf", binomialPmf, 1e-11],
    ["binomial_cdf", binomialCdf, 1e-11],
    ["chi2_sf", chiSquareSurvival, 1e-13],
  ];
  for (const [name, compute, tolerance] of checks) {
    it(`agrees with 40-digit arithmetic: ${name}`, () => {
      for (const row of reference[name]) {
        const args = row.slice(0, -1);
        assertRelative(compute(...args), row.at(-1)!, `${name}(${args.join(", ")})`, tolerance);
      }
    });
  }

  it("has exact edges", () => {
    assert.equal(normalQuantile(0.5), 0);
    assert.equal(normalSurvival(0), 0.5);
    assert.equal(studentTSurvival(0, 3), 0.5);
    assert.equal(regularizedBeta(0, 2, 3), 0);
    assert.equal(regularizedBeta(1, 2, 3), 1);
    assert.equal(binomialCdf(-1, 5, 0.5), 0);
    assert.equal(binomialCdf(5, 5, 0.5), 1);
    assert.equal(binomialPmf(0, 5, 0), 1);
    assert.equal(binomialPmf(5, 5, 1), 1);
    assert.equal(binomialPmf(4, 5, 1), 0);
    assert.equal(binomialPmf(6, 5, 0.5), 0);
    assert.equal(chiSquareSurvival(0, 2), 1);
  });

  it("refuses quantiles at 0, 1 and NaN, and parameters that are not numbers", () => {
    for (const p of [0, 1, -0.1, 1.1, Number.NaN]) {
      assert.throws(() => normalQuantile(p), StatisticsError);
    }
    assert.throws(() => regularizedBeta(0.5, Number.NaN, 2), StatisticsError);
  });
});
