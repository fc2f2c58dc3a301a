import assert from "node:assert/strict";
import fc from "fast-check";
import { StatisticsError } from "../../../src/core/errors.ts";
import { benjaminiHochberg, bonferroni, holm, hommel } from "../../../src/core/statistics/multipleTesting.ts";
import { assertClose, readFixture } from "./fixture.ts";

const methods = { holm, bonferroni, fdr_bh: benjaminiHochberg, hommel };

type Case = { p: number[] } & Record<keyof typeof methods, number[]>;

describe("adjustment for multiple tests", () => {
  for (const row of readFixture<{ cases: Case[] }>("multiple_testing").cases) {
    it(`agrees with statsmodels for ${row.p.length} p-values`, () => {
      for (const [name, method] of Object.entries(methods)) {
        method(row.p).forEach((p, i) => assertClose(p, row[name as keyof typeof methods][i]!, name));
      }
    });
  }

  const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });
  it("never lowers a p-value, keeps the order, and ranks the methods by power", () => {
    fc.assert(
      fc.property(pValues, (p) => {
        const [byBonferroni, byHolm, byHommel, byBh] = [bonferroni(p), holm(p), hommel(p), benjaminiHochberg(p)];
        const slack = 1e-12;
        for (let i = 0; i < p.length; i++) {
          assert.ok(p[i]! <= byBh[i]! + slack && byBh[i]! <= byHommel[i]! + slack);
          assert.ok(byHommel[i]! <= byHolm[i]! + slack && byHolm[i]! <= byBonferroni[i]! + slack);
          assert.ok(byBonferroni[i]! <= 1);
          for (let j = 0; j < p.length; j++) {
            if (p[i]! <= p[j]!) for (const q of [byHolm, byHommel, byBh]) assert.ok(q[i]! <= q[j]! + slack);
          }
        }
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  it("does not depend on the order of the tests", () => {
    fc.assert(
      fc.property(pValues, (p) => {
        for (const method of Object.values(methods)) {
          assert.deepEqual(method([...p].reverse()), method(p).reverse());
        }
      }),
      { seed: 6, numRuns: 200 },
    );
  });

  it("leaves one test and no test alone, and refuses what is not a p-value", () => {
    for (const method of Object.values(methods)) {
      assert.deepEqual(method([]), []);
      assert.deepEqual(method([0.03]), [0.03]);
      for (const wrong of [-0.1, 1.1, Number.NaN]) assert.throws(() => method([0.5, wrong]), StatisticsError);
    }
  });
});
