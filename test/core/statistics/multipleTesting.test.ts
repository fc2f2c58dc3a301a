import assert from "node:assert/strict";
import fc from "fast-check";
import { StatisticsError } from "../../../src/core/errors.ts";
import { holm } from "../../../src/core/statistics/multipleTesting.ts";
import { assertClose, readFixture } from "./fixture.ts";

describe("holm", () => {
  for (const row of readFixture<{ cases: { p: number[]; holm: number[] }[] }>("multiple_testing").cases) {
    it(`agrees with statsmodels for ${row.p.length} p-values`, () => {
      holm(row.p).forEach((p, i) => assertClose(p, row.holm[i]!));
    });
  }

  const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });
  it("never lowers a p-value, keeps the order and is at most Bonferroni's", () => {
    fc.assert(
      fc.property(pValues, (p) => {
        const adjusted = holm(p);
        for (let i = 0; i < p.length; i++) {
          assert.ok(p[i]! <= adjusted[i]! && adjusted[i]! <= Math.min(1, p.length * p[i]!));
          for (let j = 0; j < p.length; j++) if (p[i]! <= p[j]!) assert.ok(adjusted[i]! <= adjusted[j]!);
        }
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  it("does not depend on the order of the tests", () => {
    fc.assert(
      fc.property(pValues, (p) => assert.deepEqual(holm([...p].reverse()), holm(p).reverse())),
      { seed: 6, numRuns: 200 },
    );
  });

  it("leaves one test and no test alone, and refuses what is not a p-value", () => {
    assert.deepEqual(holm([]), []);
    assert.deepEqual(holm([0.03]), [0.03]);
    for (const wrong of [-0.1, 1.1, Number.NaN]) assert.throws(() => holm([0.5, wrong]), StatisticsError);
  });
});
