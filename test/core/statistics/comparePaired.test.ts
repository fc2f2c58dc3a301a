import assert from "node:assert/strict";
import fc from "fast-check";
import { StatisticsError } from "../../../src/core/errors.ts";
import { comparePaired } from "../../../src/core/statistics/comparePaired.ts";
import { mcnemarExact } from "../../../src/core/statistics/mcnemar.ts";
import { holm } from "../../../src/core/statistics/multipleTesting.ts";
import { newcombeDifference } from "../../../src/core/statistics/pairedDifference.ts";
import { wilsonInterval } from "../../../src/core/statistics/proportion.ts";
import { assertClose, assertInterval } from "./fixture.ts";

const bits = (text: string): boolean[] => [...text].map((bit) => bit === "1");
const keysOf = (n: number): string[] => Array.from({ length: n }, (_, i) => `q${i}`);

describe("comparePaired", () => {
  const runs = [
    { name: "base", correct: bits("1111100000") },
    { name: "tuned", correct: bits("1111111100") },
    { name: "merged", correct: bits("0111111110") },
  ];
  const pairs = comparePaired({ keys: keysOf(10), runs });

  it("compares all pairs, in order, with everything about them", () => {
    assert.deepEqual(
      pairs.map(({ first, second }) => `${first.name}/${second.name}`),
      ["base/tuned", "base/merged", "tuned/merged"],
    );
    const pair = pairs[1]!;
    assert.equal(pair.n, 10);
    assert.deepEqual(pair.counts, { bothCorrect: 4, onlyFirst: 1, onlySecond: 4, bothWrong: 1 });
    assert.deepEqual(pair.onlyFirst, ["q0"]);
    assert.deepEqual(pair.onlySecond, ["q5", "q6", "q7", "q8"]);
    assert.deepEqual([pair.first.accuracy, pair.second.accuracy], [0.5, 0.8]);
    assert.deepEqual(pair.first.interval, wilsonInterval(5, 10));
    assertClose(pair.difference, -0.3);
    assert.equal(pair.method, "newcombe");
    assert.deepEqual(pair.interval, newcombeDifference(pair.counts).interval);
    assertClose(pair.p.exact, 0.375);
    assertClose(pair.p.midP, 0.21875);
    assert.equal(pair.p.clustered, undefined);
  });

  it("adjusts over all pairs", () => {
    const raw = pairs.map(({ p }) => p.exact);
    assert.deepEqual(raw, pairs.map(({ counts }) => mcnemarExact(counts))); // prettier-ignore
    assert.deepEqual(pairs.map(({ adjusted }) => adjusted.exact), holm(raw)); // prettier-ignore
    assert.deepEqual(pairs.map(({ adjusted }) => adjusted.midP), holm(pairs.map(({ p }) => p.midP))); // prettier-ignore
  });

  it("uses cluster-robust errors where clusters are given", () => {
    // numpy and scipy: sums of the residuals by cluster, factor 5/4, t distribution with 4 degrees of freedom.
    const clusters = ["a", "a", "b", "b", "c", "c", "d", "d", "e", "e"];
    const pair = comparePaired({ keys: keysOf(10), clusters, runs: runs.slice(0, 2) })[0]!;
    assert.equal(pair.method, "clustered");
    assertClose(pair.difference, -0.3);
    assertInterval(pair.interval, [-0.8552890210395587, 0.2552890210395587], "clustered");
    assertClose(pair.p.clustered, 0.208);
    assertClose(pair.adjusted.clustered, 0.208);
  });

  it("gives neither zero width nor p = 0 when all clusters say the same", () => {
    const clusters = ["a", "a", "a", "b", "b", "b", "c", "c", "c"];
    const same = { name: "x", correct: bits("100100100") };
    const none = comparePaired({ keys: keysOf(9), clusters, runs: [same, { ...same, name: "y" }] })[0]!;
    assert.equal(none.p.clustered, 1);
    assert.ok(none.interval.low < 0 && none.interval.high > 0);
    const shifted = { name: "z", correct: bits("000000000") };
    const some = comparePaired({ keys: keysOf(9), clusters, runs: [same, shifted] })[0]!;
    assertClose(some.p.clustered, 0.25);
    const asItems = newcombeDifference({ bothCorrect: 0, onlyFirst: 1, onlySecond: 0, bothWrong: 2 }).interval;
    assertInterval(some.interval, [asItems.low, asItems.high]);
  });

  it("does not depend on the order of items, and mirrors when the runs change places", () => {
    const row = fc.tuple(fc.boolean(), fc.boolean(), fc.integer({ min: 0, max: 4 }));
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), fc.boolean(), (rows, withClusters) => {
        const compare = (items: typeof rows, swap: boolean): ReturnType<typeof comparePaired>[number] => {
          // Two more items make sure that there are two clusters.
          const all = [...items, [true, false, 8] as const, [false, true, 9] as const];
          const x = { name: "x", correct: all.map(([a]) => a) };
          const y = { name: "y", correct: all.map(([, b]) => b) };
          const clusters = withClusters ? { clusters: all.map(([, , c]) => `c${c}`) } : {};
          return comparePaired({ keys: keysOf(all.length), runs: swap ? [y, x] : [x, y], ...clusters })[0]!;
        };
        const pair = compare(rows, false);
        const shuffled = compare([...rows].reverse(), false);
        const mirrored = compare(rows, true);
        assertInterval(shuffled.interval, [pair.interval.low, pair.interval.high]);
        assertInterval(mirrored.interval, [-pair.interval.high, -pair.interval.low]);
        for (const other of [shuffled, mirrored]) {
          assertClose(other.p.midP, pair.p.midP);
          assertClose(other.p.clustered ?? -1, pair.p.clustered ?? -1);
        }
        assert.ok(pair.interval.low <= pair.difference && pair.difference <= pair.interval.high);
        assert.ok(pair.p.midP <= pair.adjusted.midP && pair.adjusted.midP <= 1);
      }),
      { seed: 12, numRuns: 150 },
    );
  });

  it("refuses what is not aligned", () => {
    const [a, b] = [runs[0]!, runs[1]!];
    const keys = keysOf(10);
    assert.throws(() => comparePaired({ keys, runs: [a] }), /at least two runs/);
    assert.throws(() => comparePaired({ keys: keysOf(9), runs: [a, b] }), /9 items, but 10 entries for run base/);
    assert.throws(() => comparePaired({ keys: [...keysOf(9), "q0"], runs: [a, b] }), /"q0" occurs twice/);
    assert.throws(() => comparePaired({ keys, runs: [a, a] }), /"base" occurs twice/);
    assert.throws(() => comparePaired({ keys, clusters: ["a"], runs: [a, b] }), /1 entries for the clusters/);
    assert.throws(() => comparePaired({ keys, clusters: keys.map(() => "one"), runs: [a, b] }), StatisticsError);
    const empty = ["x", "y"].map((name) => ({ name, correct: [] }));
    assert.throws(() => comparePaired({ keys: [], runs: empty }), StatisticsError);
  });
});
