import assert from "node:assert/strict";
import fc from "fast-check";
import { StatisticsError } from "../../../src/core/errors.ts";
import { standardErrorOfMean } from "../../../src/core/statistics/mean.ts";
import {
  agrestiCoullInterval,
  clopperPearsonInterval,
  waldInterval,
  wilsonInterval,
} from "../../../src/core/statistics/proportion.ts";
import { assertClose, assertInterval, readFixture } from "./fixture.ts";

const methods = {
  wilson: wilsonInterval,
  clopper_pearson: clopperPearsonInterval,
  agresti_coull: agrestiCoullInterval,
  wald_clipped: waldInterval,
};

type Case = { k: number; n: number; stderr_sample: number | null } & Record<string, unknown>;

describe("intervals of a proportion", () => {
  for (const row of readFixture<{ cases: Case[] }>("binomial_intervals").cases) {
    it(`agree with statsmodels for ${row.k} of ${row.n}`, () => {
      for (const [name, method] of Object.entries(methods)) {
        for (const percent of [90, 95, 99]) {
          const expected = row[`${name}_${percent}`] as [number, number];
          assertInterval(method(row.k, row.n, percent / 100), expected, `${name} ${percent} %`);
        }
      }
      const values = Array.from({ length: row.n }, (_, i) => (i < row.k ? 1 : 0));
      if (row.stderr_sample === null) assert.equal(standardErrorOfMean(values), undefined);
      else assertClose(standardErrorOfMean(values), row.stderr_sample);
    });
  }

  const proportion = fc
    .integer({ min: 1, max: 3000 })
    .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
  for (const [name, method] of Object.entries(methods)) {
    it(`${name}: contains the estimate, lies in [0, 1], is symmetric and grows with the confidence`, () => {
      fc.assert(
        fc.property(proportion, ([k, n]) => {
          const at95 = method(k, n);
          const at99 = method(k, n, 0.99);
          const mirrored = method(n - k, n);
          assert.ok(0 <= at95.low && at95.low <= k / n && k / n <= at95.high && at95.high <= 1);
          assert.ok(at99.low <= at95.low && at95.high <= at99.high);
          assertInterval(mirrored, [1 - at95.high, 1 - at95.low]);
        }),
        { seed: 1, numRuns: 150 },
      );
    });

    it(`${name}: refuses what is not a proportion`, () => {
      const wrong: [number, number, number?][] = [
        [0, 0],
        [1, 0],
        [-1, 5],
        [6, 5],
        [Number.NaN, 5],
        [1, Number.NaN],
        [1, Infinity],
        [1, 2, 0],
        [1, 2, 1],
        [1, 2, 95],
      ];
      for (const [k, n, confidence] of wrong) {
        assert.throws(() => method(k, n, confidence), StatisticsError, `${k} of ${n} at ${confidence}`);
      }
    });
  }

  it("moves up with the number of successes", () => {
    for (const method of [wilsonInterval, clopperPearsonInterval]) {
      for (let k = 1; k <= 40; k++) {
        assert.ok(method(k, 40).low > method(k - 1, 40).low);
        assert.ok(method(k, 40).high > method(k - 1, 40).high);
      }
    }
  });

  it("ends exactly at 0 or 1 for an all-wrong or all-right score, but has width", () => {
    for (const n of [1, 2, 7, 100, 4183]) {
      assert.deepEqual([wilsonInterval(0, n).low, wilsonInterval(n, n).high], [0, 1]);
      assert.ok(wilsonInterval(0, n).high > 0 && wilsonInterval(n, n).low < 1);
    }
  });

  it("has the known exact coverage: Clopper-Pearson never covers less than stated", () => {
    const n = 30;
    const intervals = Array.from({ length: n + 1 }, (_, k) => clopperPearsonInterval(k, n));
    for (const p of [0.02, 0.1, 0.25, 0.5, 0.77]) {
      let coverage = 0;
      let pmf = (1 - p) ** n;
      for (let k = 0; k <= n; k++) {
        if (intervals[k]!.low <= p && p <= intervals[k]!.high) coverage += pmf;
        pmf *= ((n - k) / (k + 1)) * (p / (1 - p));
      }
      assert.ok(coverage >= 0.95, `p = ${p}: ${coverage}`);
    }
  });
});
