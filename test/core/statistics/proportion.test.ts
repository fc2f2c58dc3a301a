import assert from "node:assert/strict";
import fc from "fast-check";
import { StatisticsError } from "../../../src/core/errors.ts";
import { standardErrorOfMean } from "../../../src/core/statistics/mean.ts";
import { wilsonInterval } from "../../../src/core/statistics/proportion.ts";
import { assertClose, assertInterval, readFixture } from "./fixture.ts";

type Case = { k: number; n: number; stderr_sample: number | null } & Record<string, unknown>;

describe("wilsonInterval", () => {
  for (const row of readFixture<{ cases: Case[] }>("binomial_intervals").cases) {
    it(`agrees with statsmodels for ${row.k} of ${row.n}`, () => {
      for (const percent of [90, 95, 99]) {
        const expected = row[`wilson_${percent}`] as [number, number];
        assertInterval(wilsonInterval(row.k, row.n, percent / 100), expected, `${percent} %`);
      }
      const values = Array.from({ length: row.n }, (_, i) => (i < row.k ? 1 : 0));
      if (row.stderr_sample === null) assert.equal(standardErrorOfMean(values), undefined);
      else assertClose(standardErrorOfMean(values), row.stderr_sample);
    });
  }

  const proportion = fc
    .integer({ min: 1, max: 3000 })
    .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
  it("contains the estimate, lies in [0, 1], is symmetric and grows with the confidence", () => {
    fc.assert(
      fc.property(proportion, ([k, n]) => {
        const at95 = wilsonInterval(k, n);
        const at99 = wilsonInterval(k, n, 0.99);
        const mirrored = wilsonInterval(n - k, n);
        assert.ok(0 <= at95.low && at95.low <= k / n && k / n <= at95.high && at95.high <= 1);
        assert.ok(at99.low <= at95.low && at95.high <= at99.high);
        assertInterval(mirrored, [1 - at95.high, 1 - at95.low]);
      }),
      { seed: 1, numRuns: 150 },
    );
  });

  it("refuses what is not a proportion", () => {
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
      assert.throws(() => wilsonInterval(k, n, confidence), StatisticsError, `${k} of ${n} at ${confidence}`);
    }
  });

  it("moves up with the number of successes", () => {
    for (let k = 1; k <= 40; k++) {
      assert.ok(wilsonInterval(k, 40).low > wilsonInterval(k - 1, 40).low);
      assert.ok(wilsonInterval(k, 40).high > wilsonInterval(k - 1, 40).high);
    }
  });

  it("ends exactly at 0 or 1 for an all-wrong or all-right score, but has width", () => {
    for (const n of [1, 2, 7, 100, 4183]) {
      assert.deepEqual([wilsonInterval(0, n).low, wilsonInterval(n, n).high], [0, 1]);
      assert.ok(wilsonInterval(0, n).high > 0 && wilsonInterval(n, n).low < 1);
    }
  });
});
