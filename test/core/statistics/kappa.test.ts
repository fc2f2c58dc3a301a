import assert from "node:assert/strict";
import fc from "fast-check";
import { StatisticsError } from "../../../src/core/errors.ts";
import { cohenKappa } from "../../../src/core/statistics/kappa.ts";
import { assertClose, readFixture } from "./fixture.ts";

interface Case {
  a: number[];
  b: number[];
  agreement: number;
  kappa: number;
  kappa_linear: number;
  kappa_quadratic: number;
}

describe("cohenKappa", () => {
  for (const row of readFixture<{ cases: Case[] }>("kappa").cases) {
    it(`agrees with sklearn for ${row.a.length} items`, () => {
      const plain = cohenKappa(row.a, row.b);
      assertClose(plain.observed, row.agreement);
      assertClose(plain.kappa, row.kappa);
      assertClose(cohenKappa(row.a, row.b, "linear").kappa, row.kappa_linear);
      assertClose(cohenKappa(row.a, row.b, "quadratic").kappa, row.kappa_quadratic);
    });
  }

  it("is symmetric, at most 1, and does not care about names or order", () => {
    const answers = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(answers, (pairs) => {
        const a = pairs.map(([x]) => x);
        const b = pairs.map(([, y]) => y);
        const { kappa } = cohenKappa(a, b);
        const renamed = (x: number): number => (x * 3 + 1) % 5;
        for (const other of [
          cohenKappa(b, a),
          cohenKappa([...a].reverse(), [...b].reverse()),
          cohenKappa(a.map(renamed), b.map(renamed)),
        ]) {
          if (kappa === undefined) assert.equal(other.kappa, undefined);
          else assertClose(other.kappa, kappa);
        }
        assert.ok(kappa === undefined || kappa <= 1);
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  it("is 1 for perfect and 0 for chance agreement, and does not exist for one constant answer", () => {
    assert.equal(cohenKappa([0, 1, 2], [0, 1, 2]).kappa, 1);
    assert.equal(cohenKappa([0, 0, 1, 1], [0, 1, 0, 1]).kappa, 0);
    assert.deepEqual(cohenKappa([2, 2], [2, 2]), { observed: 1, kappa: undefined });
    assert.throws(() => cohenKappa([], []), StatisticsError);
    assert.throws(() => cohenKappa([1], [1, 2]), StatisticsError);
    assert.throws(() => cohenKappa([1], [Number.NaN]), StatisticsError);
  });
});
