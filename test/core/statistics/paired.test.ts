import assert from "node:assert/strict";
import fc from "fast-check";
import { StatisticsError } from "../../../src/core/errors.ts";
import { mcnemarExact, mcnemarMidP, pairedCounts, type PairedCounts } from "../../../src/core/statistics/mcnemar.ts";
import { newcombeDifference } from "../../../src/core/statistics/pairedDifference.ts";
import { assertClose, assertInterval, readFixture } from "./fixture.ts";

interface Case {
  both_correct: number;
  only_first: number;
  only_second: number;
  both_wrong: number;
  exact_p: number;
  midp: number;
  diff: number;
  diff_ci95_newcombe10: [number, number];
}

const count = fc.integer({ min: 0, max: 400 });
const someCounts = fc
  .record({ bothCorrect: count, onlyFirst: count, onlySecond: count, bothWrong: count })
  .filter((counts) => Object.values(counts).some((value) => value > 0));
const swapped = ({ bothCorrect, onlyFirst, onlySecond, bothWrong }: PairedCounts): PairedCounts => ({
  bothCorrect,
  onlyFirst: onlySecond,
  onlySecond: onlyFirst,
  bothWrong,
});

describe("paired comparison of two models", () => {
  for (const row of readFixture<{ cases: Case[] }>("paired").cases) {
    const counts: PairedCounts = {
      bothCorrect: row.both_correct,
      onlyFirst: row.only_first,
      onlySecond: row.only_second,
      bothWrong: row.both_wrong,
    };
    it(`agrees with statsmodels and Newcombe's paper for ${Object.values(counts).join(" ")}`, () => {
      assertClose(mcnemarExact(counts), row.exact_p, "exact");
      assertClose(mcnemarMidP(counts), row.midp, "mid-p");
      const newcombe = newcombeDifference(counts);
      assertClose(newcombe.estimate, row.diff);
      assertInterval(newcombe.interval, row.diff_ci95_newcombe10);
    });
  }

  it("reproduces Newcombe's published example", () => {
    const { interval } = newcombeDifference({ bothCorrect: 36, onlyFirst: 12, onlySecond: 2, bothWrong: 0 });
    assert.deepEqual([interval.low.toFixed(4), interval.high.toFixed(4)], ["0.0569", "0.3404"]);
  });

  it("does not depend on which model comes first", () => {
    fc.assert(
      fc.property(someCounts, (counts) => {
        assert.equal(mcnemarExact(counts), mcnemarExact(swapped(counts)));
        assert.equal(mcnemarMidP(counts), mcnemarMidP(swapped(counts)));
        const { interval } = newcombeDifference(counts);
        assertInterval(newcombeDifference(swapped(counts)).interval, [-interval.high, -interval.low]);
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  it("keeps p-values in [0, 1], mid-p below exact, and the estimate within an interval that grows", () => {
    fc.assert(
      fc.property(someCounts, (counts) => {
        const exact = mcnemarExact(counts);
        const midP = mcnemarMidP(counts);
        assert.ok(0 <= midP && midP <= exact && exact <= 1);
        const { estimate, interval } = newcombeDifference(counts);
        assert.ok(-1 <= interval.low && interval.low <= estimate && estimate <= interval.high && interval.high <= 1);
        const wide = newcombeDifference(counts, 0.99).interval;
        assert.ok(wide.low <= interval.low && interval.high <= wide.high);
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  it("gets more significant as the discordant pairs grow apart", () => {
    const p = Array.from({ length: 11 }, (_, k) =>
      mcnemarExact({ bothCorrect: 50, onlyFirst: 10 + k, onlySecond: 10 - k, bothWrong: 30 }),
    );
    for (let k = 1; k < p.length; k++) assert.ok(p[k]! < p[k - 1]!);
  });

  it("says 1, not NaN, when no pair is discordant, and still gives an interval with width", () => {
    const counts = { bothCorrect: 8, onlyFirst: 0, onlySecond: 0, bothWrong: 4 };
    assert.equal(mcnemarExact(counts), 1);
    assert.equal(mcnemarMidP(counts), 1);
    const { interval } = newcombeDifference(counts);
    assert.ok(interval.low < 0 && interval.high > 0);
  });

  it("counts the four outcomes", () => {
    const counts = pairedCounts([true, true, false, false, true], [true, false, true, false, false]);
    assert.deepEqual(counts, { bothCorrect: 1, onlyFirst: 2, onlySecond: 1, bothWrong: 1 });
    assert.throws(() => pairedCounts([true], []), StatisticsError);
  });

  it("refuses no items and impossible counts", () => {
    const none = { bothCorrect: 0, onlyFirst: 0, onlySecond: 0, bothWrong: 0 };
    assert.throws(() => newcombeDifference(none), StatisticsError);
    assert.throws(() => newcombeDifference({ ...none, bothCorrect: 5, onlyFirst: -1 }), StatisticsError);
    assert.throws(() => mcnemarExact({ ...none, onlyFirst: 0.5 }), StatisticsError);
    assert.throws(() => mcnemarMidP({ ...none, onlySecond: Number.NaN }), StatisticsError);
  });
});
