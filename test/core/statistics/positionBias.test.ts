import assert from "node:assert/strict";
import fc from "fast-check";
import { StatisticsError } from "../../../src/core/errors.ts";
import { stuartMaxwellTest } from "../../../src/core/statistics/marginalHomogeneity.ts";
import { positionBias, type PositionAnswer } from "../../../src/core/statistics/positionBias.ts";
import { assertClose, readFixture } from "./fixture.ts";

interface Case {
  table: number[][];
  statistic: number;
  df: number;
  p: number;
}

describe("stuartMaxwellTest", () => {
  for (const row of readFixture<{ cases: Case[] }>("stuart_maxwell").cases) {
    it(`agrees with the pseudo-inverse for ${JSON.stringify(row.table)}`, () => {
      const test = stuartMaxwellTest(row.table);
      assertClose(test?.statistic, row.statistic);
      assert.equal(test?.df, row.df);
      assertClose(test?.pValue, row.p);
    });
  }

  it("is McNemar's chi-square for two categories, and undefined when nothing disagrees", () => {
    const test = stuartMaxwellTest([[3, 9], [2, 5]]); // prettier-ignore
    assertClose(test?.statistic, (9 - 2) ** 2 / (9 + 2));
    assert.equal(test?.df, 1);
    assert.equal(stuartMaxwellTest([[3, 0], [0, 5]]), undefined); // prettier-ignore
  });

  it("does not depend on which classification comes first or on the order of categories", () => {
    const table = fc.array(fc.array(fc.nat(20), { minLength: 4, maxLength: 4 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(table, (rows) => {
        const test = stuartMaxwellTest(rows);
        const transposed = rows.map((_, i) => rows.map((row) => row[i]!));
        const reversed = rows.map((row) => [...row].reverse()).reverse();
        for (const other of [stuartMaxwellTest(transposed), stuartMaxwellTest(reversed)]) {
          assert.equal(other?.df, test?.df);
          if (test !== undefined) assertClose(other?.statistic, test.statistic, "statistic", 1e-8);
        }
      }),
      { seed: 11, numRuns: 200 },
    );
  });
});

describe("positionBias", () => {
  const answers = (table: Record<string, number>): PositionAnswer[] =>
    Object.entries(table).flatMap(([key, count]) => {
      const [predicted, gold] = key.split(",").map(Number);
      return Array.from({ length: count }, () => ({ options: 4, predicted: predicted!, gold: gold! }));
    });

  it("finds a model that always says A", () => {
    const [report] = positionBias(answers({ "0,0": 25, "0,1": 25, "0,2": 25, "0,3": 25 }));
    assert.deepEqual(
      report!.positions.map(({ predicted, gold }) => [predicted, gold]),
      [[100, 25], [0, 25], [0, 25], [0, 25]], // prettier-ignore
    );
    assert.deepEqual(
      report!.positions.map(({ accuracy }) => accuracy!.accuracy),
      [1, 0, 0, 0],
    );
    assertClose(report!.accuracySd, Math.sqrt(3) / 4);
    // (75² + 3 · 25²) / 25 = 300.
    assertClose(report!.againstUniform!.statistic, 300);
    assert.equal(report!.againstUniform!.df, 3);
    assert.ok(report!.againstUniform!.pValue < 1e-60);
    assert.ok(report!.againstGold!.pValue < 1e-10);
  });

  it("tells an accurate model on unevenly spread answers from a biased one", () => {
    const [report] = positionBias(answers({ "0,0": 60, "1,1": 20, "2,2": 10, "3,3": 10 }));
    assert.ok(report!.againstUniform!.pValue < 1e-6);
    assert.equal(report!.againstGold, undefined);
    assert.equal(report!.accuracySd, 0);
  });

  it("counts invalid answers as wrong, outside the tests, and keeps numbers of options apart", () => {
    const reports = positionBias([
      { options: 5, predicted: 4, gold: 4 },
      { options: 3, predicted: null, gold: 2 },
      { options: 3, predicted: 2, gold: 2 },
      { options: 3, predicted: 0, gold: 1 },
    ]);
    assert.deepEqual(
      reports.map(({ options, n, invalid }) => [options, n, invalid]),
      [[3, 3, 1], [5, 1, 0]], // prettier-ignore
    );
    assert.equal(reports[0]!.positions[2]!.accuracy!.accuracy, 0.5);
    assert.equal(reports[0]!.positions[0]!.accuracy, undefined);
    assert.equal(reports[0]!.accuracySd, undefined);
    assertClose(reports[0]!.againstUniform!.expected, 2 / 3);
  });

  it("has no test without a valid answer, and refuses positions that do not exist", () => {
    const [report] = positionBias([{ options: 4, predicted: null, gold: 0 }]);
    assert.equal(report!.againstUniform, undefined);
    assert.equal(report!.againstGold, undefined);
    assert.equal(positionBias([{ options: 1, predicted: 0, gold: 0 }])[0]!.againstUniform, undefined);
    assert.throws(() => positionBias([]), StatisticsError);
    for (const wrong of [{ predicted: 4 }, { predicted: -1 }, { gold: 4 }, { gold: Number.NaN }, { options: 0 }]) {
      assert.throws(() => positionBias([{ options: 4, predicted: 0, gold: 0, ...wrong }]), StatisticsError);
    }
  });
});
