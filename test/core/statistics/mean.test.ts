import assert from "node:assert/strict";
import fc from "fast-check";
import { StatisticsError } from "../../../src/core/errors.ts";
import { accuracyEstimate } from "../../../src/core/statistics/accuracy.ts";
import { clusteredMean } from "../../../src/core/statistics/clusteredMean.ts";
import { groupAccuracy, pooledStandardError } from "../../../src/core/statistics/groupAccuracy.ts";
import {
  mean,
  meanOverDraws,
  populationSd,
  standardErrorOfMean,
  tInterval,
} from "../../../src/core/statistics/mean.ts";
import { wilsonInterval } from "../../../src/core/statistics/proportion.ts";
import { assertClose, assertInterval, readFixture } from "./fixture.ts";

describe("means", () => {
  it("gives the t interval that scipy gives", () => {
    // scipy.stats.t.interval(0.95, 4, mean, sem) of these five values.
    const values = [0.41, 0.44, 0.39, 0.47, 0.42];
    assertInterval(tInterval(values), [0.38813433718360546, 0.4638656628163945]);
    assertInterval(tInterval(values, 0.9), [0.39692548617794177, 0.4550745138220582]);
  });

  it("reports mean ± population SD over draws, as BioMistral does", () => {
    const draws = meanOverDraws([0.125, 0.15]);
    assertClose(draws.populationSd * 100, 1.25);
    assertClose(draws.mean, 0.1375);
    assertClose(draws.sampleSd, 0.0125 * Math.SQRT2);
    assert.ok(draws.interval!.low < 0.1375 && draws.interval!.high > 0.1375);
  });

  it("has no spread for one value, and no mean for none", () => {
    assert.deepEqual(meanOverDraws([0.5]), {
      mean: 0.5,
      draws: 1,
      populationSd: 0,
      sampleSd: undefined,
      interval: undefined,
    });
    assert.throws(() => mean([]), StatisticsError);
    assert.throws(() => mean([1, Number.NaN]), /Value number 2 of 2 is NaN/);
    assert.throws(() => populationSd([Infinity]), StatisticsError);
  });
});

interface ClusterCase {
  y: number[];
  cluster: number[];
  mean: number;
  se_iid: number;
  se_cluster_cr0: number;
  se_cluster_cr1: number;
  se_cluster_g_over_gm1: number;
  n_clusters: number;
  design_effect: number | null;
}

describe("clusteredMean", () => {
  for (const row of readFixture<{ cases: ClusterCase[] }>("clustered_se").cases) {
    it(`agrees with statsmodels for ${row.y.length} values in ${row.n_clusters} clusters`, () => {
      const result = clusteredMean(row.y, row.cluster.map(String));
      assertClose(result.mean, row.mean);
      assert.equal(result.clusters, row.n_clusters);
      assertClose(standardErrorOfMean(row.y), row.se_iid);
      assertClose(result.standardErrorCr0, row.se_cluster_cr0);
      assertClose(result.standardError, row.se_cluster_cr1);
      assertClose(result.standardError, row.se_cluster_g_over_gm1);
      if (row.design_effect === null) assert.equal(result.designEffect, undefined);
      else assertClose(result.designEffect, row.design_effect);
    });
  }

  it("equals s / √n when each value is its own cluster, in any order", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 40 }), (values) => {
        const own = values.map((_, i) => `item ${i}`);
        const forward = clusteredMean(values, own);
        const backward = clusteredMean([...values].reverse(), [...own].reverse());
        assertClose(forward.standardError, standardErrorOfMean(values)!);
        assertClose(backward.standardError, forward.standardError);
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  it("refuses one cluster and unequal lists", () => {
    assert.throws(() => clusteredMean([1, 0], ["a", "a"]), StatisticsError);
    assert.throws(() => clusteredMean([1, 0], ["a"]), StatisticsError);
  });
});

describe("accuracyEstimate", () => {
  it("uses Wilson's interval for independent items", () => {
    const estimate = accuracyEstimate([true, false, true, true]);
    assert.equal(estimate.accuracy, 0.75);
    assert.equal(estimate.correct, 3);
    assert.equal(estimate.method, "wilson");
    assertClose(estimate.standardError, Math.sqrt((0.75 * 0.25) / 3));
    assert.deepEqual(estimate.interval, wilsonInterval(3, 4));
  });

  it("uses the cluster-robust interval for clustered items, wider when clusters agree within", () => {
    const correct = [true, true, true, false, false, false, true, true, true, false, false, false];
    const clusters = correct.map((_, i) => `abstract ${Math.floor(i / 3)}`);
    const clustered = accuracyEstimate(correct, clusters);
    const plain = accuracyEstimate(correct);
    assert.equal(clustered.method, "clustered");
    assert.ok(clustered.interval.high - clustered.interval.low > plain.interval.high - plain.interval.low);
    assert.ok(clustered.interval.low >= 0 && clustered.interval.high <= 1);
  });

  it("never has an interval without width, even for a perfect score in clusters", () => {
    const perfect = accuracyEstimate([true, true, true, true], ["a", "a", "b", "b"]);
    assert.deepEqual(perfect.interval, wilsonInterval(2, 2));
    assert.equal(perfect.standardError, 0);
  });

  it("has an interval but no standard error for one item, and nothing for none", () => {
    const one = accuracyEstimate([true]);
    assert.equal(one.standardError, undefined);
    assert.equal(one.interval.high, 1);
    assert.throws(() => accuracyEstimate([]), StatisticsError);
  });
});

interface GroupCase {
  n: number[];
  acc: number[];
  se: number[];
  acc_weighted: number;
  acc_unweighted: number;
  pooled_se: number;
}

describe("groupAccuracy", () => {
  for (const row of readFixture<{ cases: GroupCase[] }>("group_stderr").cases) {
    it(`agrees with lm-evaluation-harness for ${row.n.length} tasks`, () => {
      const errors = row.n.map((n, i) => ({ n, standardError: row.se[i]! }));
      assertClose(pooledStandardError(errors), row.pooled_se);
      const members = row.n.map((n, i) => ({ n, correct: n * row.acc[i]! }));
      const bySize = groupAccuracy(members, "size");
      assertClose(bySize.accuracy, row.acc_weighted);
      assertClose(bySize.standardError, row.pooled_se);
      const equal = groupAccuracy(members, "equal");
      assertClose(equal.accuracy, row.acc_unweighted);
      assertClose(equal.standardError, Math.hypot(...row.se) / row.se.length);
      for (const { accuracy, interval } of [bySize, equal]) {
        assert.ok(interval.low < accuracy && accuracy < interval.high);
      }
    });
  }

  it("is Wilson's interval for one member, and has width for perfect scores", () => {
    assertInterval(groupAccuracy([{ correct: 7, n: 9 }], "equal").interval, [
      wilsonInterval(7, 9).low,
      wilsonInterval(7, 9).high,
    ]);
    const perfect = groupAccuracy([5, 8].map((n) => ({ correct: n, n })), "size"); // prettier-ignore
    assert.equal(perfect.interval.high, 1);
    assert.ok(perfect.interval.low < 1);
  });

  it("covers the true average of small unequal groups about as often as stated", () => {
    // Exact coverage of the equal-weight interval over all outcomes of two binomials.
    const [n1, n2, p1, p2] = [12, 20, 0.3, 0.8];
    const pmf = (n: number, p: number): number[] => {
      const values = [(1 - p) ** n];
      for (let k = 0; k < n; k++) values.push(values[k]! * ((n - k) / (k + 1)) * (p / (1 - p)));
      return values;
    };
    let coverage = 0;
    pmf(n1, p1).forEach((a, k1) =>
      pmf(n2, p2).forEach((b, k2) => {
        const members = [
          { correct: k1, n: n1 },
          { correct: k2, n: n2 },
        ];
        const { low, high } = groupAccuracy(members, "equal").interval;
        if (low <= (p1 + p2) / 2 && (p1 + p2) / 2 <= high) coverage += a * b;
      }),
    );
    assert.ok(coverage > 0.93 && coverage < 0.98, String(coverage));
  });

  it("leaves the standard error undefined where single items allow none", () => {
    const single = { correct: 1, n: 1 };
    assert.equal(groupAccuracy([single, single], "size").standardError, undefined);
    assert.equal(groupAccuracy([single, { correct: 3, n: 4 }], "equal").standardError, undefined);
    assert.ok(groupAccuracy([single, { correct: 3, n: 4 }], "size").standardError! > 0);
    assert.throws(() => groupAccuracy([], "size"), StatisticsError);
    assert.throws(() => groupAccuracy([{ correct: 0, n: 0 }], "size"), StatisticsError);
  });
});
