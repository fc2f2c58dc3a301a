import assert from "node:assert/strict";
import { StatisticsError } from "../../../src/core/errors.ts";
import { bootstrapInterval } from "../../../src/core/statistics/bootstrap.ts";
import { mean, populationSd } from "../../../src/core/statistics/mean.ts";
import { quantile } from "../../../src/core/statistics/quantile.ts";
import { assertClose, assertInterval, readFixture } from "./fixture.ts";

interface Case {
  statistic: "mean" | "sd";
  values: number[];
  clusters: string[] | null;
  seed: number;
  resamples: number;
  confidence: number;
  estimate: number;
  standard_error: number;
  percentile: [number, number];
  basic: [number, number];
  bca: [number, number];
}

describe("bootstrapInterval", () => {
  for (const row of readFixture<{ cases: Case[] }>("bootstrap").cases) {
    it(`draws as Python's random.choices: ${row.statistic}, ${row.clusters === null ? "items" : "clusters"}`, () => {
      const summarise = row.statistic === "mean" ? mean : populationSd;
      for (const method of ["percentile", "basic", "bca"] as const) {
        const result = bootstrapInterval({
          n: row.values.length,
          statistic: (indices) => summarise(indices.map((index) => row.values[index]!)),
          seed: row.seed,
          resamples: row.resamples,
          confidence: row.confidence,
          method,
          ...(row.clusters === null ? {} : { clusters: row.clusters }),
        });
        assertClose(result.estimate, row.estimate);
        assertClose(result.standardError, row.standard_error);
        assertInterval(result.interval, row[method], method);
        assert.equal(result.undefinedResamples, 0);
      }
    });
  }

  const flips = [1, 0, 1, 1, 0, 1, 0, 1];
  const share = (indices: readonly number[]): number => mean(indices.map((index) => flips[index]!));

  it("is the same for the same seed and another for another", () => {
    const at = (seed: number): unknown => bootstrapInterval({ n: 8, statistic: share, seed, resamples: 50 });
    assert.deepEqual(at(1), at(1));
    assert.notDeepEqual(at(1), at(2));
  });

  it("counts the resamples in which the statistic does not exist", () => {
    const result = bootstrapInterval({
      n: 3,
      statistic: (indices) => (new Set(indices).size === 1 ? undefined : mean([...indices])),
      seed: 1,
      resamples: 900,
    });
    // All three draws alike: 1 in 9.
    assert.ok(result.undefinedResamples > 60 && result.undefinedResamples < 140);
  });

  it("has no width, rather than NaN, when nothing varies", () => {
    for (const method of ["percentile", "basic", "bca"] as const) {
      const { interval } = bootstrapInterval({ n: 4, statistic: () => 1, seed: 1, resamples: 20, method });
      assert.deepEqual([interval.low, interval.high], [1, 1]);
    }
  });

  it("refuses what has no interval", () => {
    const base = { n: 8, statistic: share, seed: 1, resamples: 20 };
    for (const wrong of [
      { n: 0 },
      { n: 1.5 },
      { resamples: 0 },
      { confidence: 1 },
      { clusters: ["a"] },
      { statistic: () => undefined },
      { statistic: () => Number.NaN },
      { statistic: (i: readonly number[]) => (new Set(i).size === 8 ? 1 : undefined) },
      { statistic: (i: readonly number[]) => (new Set(i).size === 8 ? 0 : 1), method: "bca" as const },
    ]) {
      assert.throws(() => bootstrapInterval({ ...base, ...wrong }), StatisticsError, JSON.stringify(wrong));
    }
  });
});

describe("quantile", () => {
  it("interpolates as numpy's default does", () => {
    assert.equal(quantile([1, 2, 4, 8], 0.5), 3);
    assertClose(quantile([1, 2, 4, 8], 0.9), 6.8);
    assert.equal(quantile([1, 2, 4, 8], 0), 1);
    assert.equal(quantile([1, 2, 4, 8], 1), 8);
    assert.equal(quantile([5], 0.3), 5);
    assert.throws(() => quantile([], 0.5), StatisticsError);
    assert.throws(() => quantile([1], 1.1), StatisticsError);
  });
});
