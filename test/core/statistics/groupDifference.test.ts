import assert from "node:assert/strict";
import fc from "fast-check";
import { StatisticsError } from "../../../src/core/errors.ts";
import { PythonRandom } from "../../../src/core/random/pythonRandom.ts";
import type { GroupWeighting } from "../../../src/core/statistics/groupAccuracy.ts";
import { groupDifference } from "../../../src/core/statistics/groupDifference.ts";
import type { PairedCounts } from "../../../src/core/statistics/mcnemar.ts";
import { newcombeDifference } from "../../../src/core/statistics/pairedDifference.ts";
import { measureCoverage, samplePairs, trueAccuracy, type Group } from "../../support/groupCoverage.ts";
import { assertClose, assertInterval, readFixture } from "./fixture.ts";

interface Case {
  tables: number[][];
  weighting: GroupWeighting;
  estimate: number;
  low: number;
  high: number;
}

const cell = fc.integer({ min: 0, max: 60 });
const counts = fc
  .record({ bothCorrect: cell, onlyFirst: cell, onlySecond: cell, bothWrong: cell })
  .filter((table) => Object.values(table).some((value) => value > 0));
const group = fc.array(counts, { minLength: 1, maxLength: 8 });
const weighting = fc.constantFrom<GroupWeighting>("size", "equal");

describe("difference on a group", () => {
  for (const { tables, weighting, estimate, low, high } of readFixture<{ cases: Case[] }>("group_differences").cases) {
    it(`is what numpy and scipy give for ${tables.length} members, weighted by ${weighting}`, () => {
      const members = tables.map(([bothCorrect, onlyFirst, onlySecond, bothWrong]) => ({
        bothCorrect: bothCorrect!,
        onlyFirst: onlyFirst!,
        onlySecond: onlySecond!,
        bothWrong: bothWrong!,
      }));
      const result = groupDifference(members, weighting);
      assertClose(result.estimate, estimate);
      assertInterval(result.interval, [low, high]);
    });
  }

  it("is Newcombe's interval for a single member", () => {
    fc.assert(
      fc.property(counts, weighting, (table, by) => {
        const { estimate, interval } = newcombeDifference(table);
        const result = groupDifference([table], by);
        assertClose(result.estimate, estimate);
        assertInterval(result.interval, [interval.low, interval.high]);
      }),
      { seed: 21, numRuns: 300 },
    );
  });

  it("lies in [−1, 1], holds the estimate, grows with the confidence, and mirrors when the models change places", () => {
    fc.assert(
      fc.property(group, weighting, (members, by) => {
        const { estimate, interval } = groupDifference(members, by);
        assert.ok(-1 <= interval.low && interval.low <= estimate + 1e-12);
        assert.ok(estimate - 1e-12 <= interval.high && interval.high <= 1 && interval.low < interval.high);
        const wide = groupDifference(members, by, 0.99).interval;
        assert.ok(wide.low <= interval.low + 1e-12 && interval.high <= wide.high + 1e-12);
        const swapped = members.map((table): PairedCounts => ({
          ...table,
          onlyFirst: table.onlySecond,
          onlySecond: table.onlyFirst,
        }));
        assertInterval(groupDifference(swapped, by).interval, [-interval.high, -interval.low]);
      }),
      { seed: 22, numRuns: 300 },
    );
  });

  const alike = (count: number, n: number, p: number): Group["members"] =>
    Array.from({ length: count }, () => ({ n, p }));
  const groups: readonly Group[] = [
    { title: "57 members of 20", weighting: "size", members: alike(57, 20, 0.25) },
    { title: "9 members of 20", weighting: "size", members: alike(9, 20, 0.9) },
    { title: "57 members of 2", weighting: "size", members: alike(57, 2, 0.5) },
    { title: "unequal members", weighting: "equal", members: [{ n: 135, p: 0.6 }, { n: 40, p: 0.3 }, { n: 73, p: 0.9 }] }, // prettier-ignore
  ];
  for (const each of groups) {
    it(`holds the true difference on ${each.title} as often as it says, and misses on both sides alike`, () => {
      const random = new PythonRandom(2);
      const replications = 2000;
      const { covered, below, above } = measureCoverage(
        0.1,
        replications,
        () => groupDifference(samplePairs(each, 0.1, 0.4, random), each.weighting).interval,
      );
      assert.ok(trueAccuracy(each) > 0.1);
      // Four standard errors of a simulated share; the answers are whole numbers, so it is met only to about 1 %.
      const error = (share: number): number => 4 * Math.sqrt((share * (1 - share)) / replications);
      assert.ok(covered > 0.94 - error(0.95), `covered ${covered}`);
      assert.ok(Math.max(below, above) < 0.035 + error(0.025), `below ${below}, above ${above}`);
    });
  }

  it("refuses a group without members, or one without items", () => {
    assert.throws(() => groupDifference([], "size"), StatisticsError);
    const none = { bothCorrect: 0, onlyFirst: 0, onlySecond: 0, bothWrong: 0 };
    assert.throws(() => groupDifference([none], "equal"), StatisticsError);
  });
});
