import assert from "node:assert/strict";
import fc from "fast-check";
import { StatisticsError } from "../../../src/core/errors.ts";
import { PythonRandom } from "../../../src/core/random/pythonRandom.ts";
import { groupAccuracy, type GroupMember, type GroupWeighting } from "../../../src/core/statistics/groupAccuracy.ts";
import { wilsonInterval } from "../../../src/core/statistics/proportion.ts";
import { stratifiedScoreInterval } from "../../../src/core/statistics/stratifiedScore.ts";
import { measureCoverage, sampleGroup, trueAccuracy, type Group } from "../../support/groupCoverage.ts";
import { assertClose, assertInterval, readFixture } from "./fixture.ts";

interface Case {
  correct: number[];
  n: number[];
  weighting: GroupWeighting;
  confidence: number;
  estimate: number;
  low: number;
  high: number;
}

const member = fc
  .tuple(
    fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 300 })),
    fc.double({ min: 0, max: 1, noNaN: true }),
  )
  .map(([n, share]): GroupMember => ({ n, correct: Math.round(share * n) }));
const group = fc.array(member, { minLength: 1, maxLength: 12 });
const weighting = fc.constantFrom<GroupWeighting>("size", "equal");

describe("stratified score interval", () => {
  for (const { correct, n, weighting, confidence, estimate, low, high } of readFixture<{ cases: Case[] }>(
    "group_intervals",
  ).cases) {
    it(`is what scipy finds for ${n.length} members of ${n[0]} and more items, weighted by ${weighting}`, () => {
      const members = n.map((size, index) => ({ n: size, correct: correct[index]! }));
      const result = groupAccuracy(members, weighting, confidence);
      assertClose(result.accuracy, estimate);
      assertInterval(result.interval, [low, high]);
    });
  }

  it("is Wilson's interval for a single member", () => {
    fc.assert(
      fc.property(member, weighting, ({ correct, n }, by) => {
        const { low, high } = wilsonInterval(correct, n);
        assertInterval(groupAccuracy([{ correct, n }], by).interval, [low, high]);
      }),
      { seed: 11, numRuns: 300 },
    );
  });

  it("lies in [0, 1], holds the estimate, has width, and grows with the confidence", () => {
    fc.assert(
      fc.property(group, weighting, (members, by) => {
        const { accuracy, interval } = groupAccuracy(members, by);
        const wide = groupAccuracy(members, by, 0.99).interval;
        assert.ok(0 <= interval.low && interval.low <= accuracy + 1e-12);
        assert.ok(accuracy - 1e-12 <= interval.high && interval.high <= 1);
        assert.ok(interval.low < interval.high);
        assert.ok(wide.low <= interval.low + 1e-12 && interval.high <= wide.high + 1e-12);
      }),
      { seed: 12, numRuns: 500 },
    );
  });

  it("moves up with every right answer, and mirrors when right and wrong change places", () => {
    fc.assert(
      fc.property(group, weighting, fc.nat(), (members, by, chosen) => {
        const { interval } = groupAccuracy(members, by);
        const mirrored = groupAccuracy(members.map(({ n, correct }) => ({ n, correct: n - correct })), by); // prettier-ignore
        assertInterval(mirrored.interval, [1 - interval.high, 1 - interval.low]);
        const better = members.map(({ n, correct }, index) => ({
          n,
          correct: index === chosen % members.length ? Math.min(n, correct + 1) : correct,
        }));
        const moved = groupAccuracy(better, by).interval;
        assert.ok(moved.low >= interval.low - 1e-12 && moved.high >= interval.high - 1e-12);
      }),
      { seed: 13, numRuns: 500 },
    );
  });

  it("ends at the edge where all members are there", () => {
    const perfect = groupAccuracy([1, 7, 30].map((n) => ({ n, correct: n })), "equal"); // prettier-ignore
    assert.equal(perfect.interval.high, 1);
    assert.ok(perfect.interval.low < 1);
    assert.equal(groupAccuracy([1, 7, 30].map((n) => ({ n, correct: 0 })), "size").interval.low, 0); // prettier-ignore
  });

  const members = (sizes: readonly number[], p: number | readonly number[]): Group["members"] =>
    sizes.map((n, index) => ({ n, p: typeof p === "number" ? p : p[index]! }));
  const alike = (count: number, n: number, p: number): Group["members"] => members(Array<number>(count).fill(n), p);
  const groups: readonly Group[] = [
    { title: "57 members of 20 at 0.25", weighting: "size", members: alike(57, 20, 0.25) },
    { title: "57 members of 20 at 0.97", weighting: "size", members: alike(57, 20, 0.97) },
    { title: "9 members of 20 at 0.9", weighting: "size", members: alike(9, 20, 0.9) },
    { title: "57 members of 1 at 0.25", weighting: "size", members: alike(57, 1, 0.25) },
    { title: "57 members of 2 at 0.5", weighting: "size", members: alike(57, 2, 0.5) },
    { title: "subjects of unequal accuracy", weighting: "equal", members: members([135, 65, 44, 73, 30], [0.6, 0.3, 0.8, 0.9, 0.4]) }, // prettier-ignore
    { title: "two small unequal members", weighting: "equal", members: members([12, 20], [0.3, 0.8]) },
    { title: "members at 0 and at 1", weighting: "size", members: [...alike(5, 20, 0), ...alike(4, 20, 1), ...alike(3, 20, 0.5)] }, // prettier-ignore
  ];
  for (const each of groups) {
    it(`holds the true accuracy of ${each.title} as often as it says, and misses on both sides alike`, () => {
      const random = new PythonRandom(1);
      const replications = 3000;
      const { covered, below, above } = measureCoverage(
        trueAccuracy(each),
        replications,
        () => groupAccuracy(sampleGroup(each, random), each.weighting).interval,
      );
      // Four standard errors of a simulated share. Counts are whole, so a coverage of 95 % is met only to about 1.2 %.
      const error = (share: number): number => 4 * Math.sqrt((share * (1 - share)) / replications);
      assert.ok(covered > 0.938 - error(0.95), `covered ${covered}`);
      assert.ok(Math.max(below, above) < 0.038 + error(0.025), `below ${below}, above ${above}`);
    });
  }

  it("refuses a group without members, or with impossible ones", () => {
    assert.throws(() => stratifiedScoreInterval([]), StatisticsError);
    assert.throws(() => groupAccuracy([{ correct: 4, n: 3 }], "size"), StatisticsError);
    assert.throws(() => groupAccuracy([{ correct: 0, n: 0 }], "equal"), StatisticsError);
  });
});
