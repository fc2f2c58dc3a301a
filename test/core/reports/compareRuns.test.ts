import assert from "node:assert/strict";
import fc from "fast-check";
import { RunError } from "../../../src/core/errors.ts";
import { compareRuns } from "../../../src/core/reports/compareRuns.ts";
import { betterRun, comparisonSchema, isBest } from "../../../src/core/reports/comparison.ts";
import { comparisonTable, flipsTable } from "../../../src/core/reports/comparisonTable.ts";
import { groupDifference } from "../../../src/core/statistics/groupDifference.ts";
import { isStrong, textOf } from "../../../src/core/reports/cells.ts";
import { htmlReport } from "../../../src/core/reports/htmlReport.ts";
import type { Report } from "../../../src/core/reports/report.ts";
import { renderTable, tableFormats } from "../../../src/core/reports/table.ts";
import { answers, comparedRun } from "./comparedRuns.ts";

const near = (actual: number | undefined, expected: number) =>
  assert.ok(actual !== undefined && Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

describe("comparison of runs", () => {
  it("tests discordant items with McNemar's exact and mid-p tests and corrects over all pairs and benchmarks", () => {
    const comparison = compareRuns([
      comparedRun("a", { x: answers("++++++++++"), y: answers("+-+-") }),
      comparedRun("b", { x: answers("----------"), y: answers("++--") }),
    ]);
    comparisonSchema.parse(comparison);
    const [x, y] = comparison.pairs;
    assert.deepEqual(x!.counts, { bothCorrect: 0, onlyFirst: 10, onlySecond: 0, bothWrong: 0 });
    near(x!.p.exact, 2 / 1024);
    near(x!.p.midP, 1 / 1024);
    near(x!.adjusted, 2 * (2 / 1024));
    near(x!.adjustedMidP!, 2 / 1024);
    near(y!.p.exact, 1);
    near(y!.adjusted, 1);
    assert.equal(x!.difference, 1);
    assert.equal(betterRun(x!), "a");
    assert.equal(betterRun(y!), undefined);
    assert.deepEqual(comparison.warnings, []);
  });

  it("lists as many items that flip as there are, in every format", () => {
    const many = 150_000;
    const comparison = compareRuns([
      comparedRun("a", { x: answers("+-".repeat(many / 2)) }),
      comparedRun("b", { x: answers("-+".repeat(many / 2)) }),
    ]);
    assert.deepEqual(comparison.pairs[0]!.counts, {
      bothCorrect: 0,
      onlyFirst: many / 2,
      onlySecond: many / 2,
      bothWrong: 0,
    });
    const table = flipsTable(comparison);
    for (const format of tableFormats) {
      const last = renderTable(table, format).lastIndexOf(`item-${many - 1}`);
      assert.ok(last >= 0, format);
    }
    const file = htmlReport({ report: { runs: [] } as unknown as Report, comparison, charts: [] });
    assert.match(file, /149000 more rows are left out/);
  }).timeout(300_000);

  it("corrects over the pairs of three runs, and calls best only what beats all others", () => {
    const comparison = compareRuns([
      comparedRun("worst", { x: answers("-".repeat(12)) }),
      comparedRun("best", { x: answers("+".repeat(12)) }),
      comparedRun("half", { x: answers("+".repeat(11) + "-") }),
    ]);
    assert.equal(comparison.pairs.length, 3);
    near(comparison.pairs[0]!.adjusted, 3 * 2 ** -11);
    near(comparison.pairs[1]!.adjusted, 2 * 2 ** -10);
    assert.equal(isBest(comparison, "best", "x"), false);
    assert.equal(
      isBest(
        compareRuns([comparedRun("p", { x: answers("+".repeat(9)) }), comparedRun("q", { x: answers("-".repeat(9)) })]),
        "p",
        "x",
      ),
      true,
    );
  });

  it("aligns by item and draw, and counts what has no counterpart", () => {
    const first = answers("+-+");
    const second = answers("--+++").reverse();
    const { pairs, warnings } = compareRuns([comparedRun("a", { x: first.slice(1) }), comparedRun("b", { x: second })]);
    const [pair] = pairs;
    assert.equal(pair!.n, 2);
    assert.equal(pair!.onlyInFirst, 0);
    assert.equal(pair!.onlyInSecond, 3);
    assert.deepEqual(pair!.counts, { bothCorrect: 1, onlyFirst: 0, onlySecond: 0, bothWrong: 1 });
    assert.match(warnings.join(), /x: answers without a counterpart are left out: 3 of b\./);
  });

  it("lists the items that flipped, with what each run answered", () => {
    const comparison = compareRuns([comparedRun("a", { x: answers("+-!") }), comparedRun("b", { x: answers("-+-") })]);
    assert.deepEqual(
      comparison.pairs[0]!.flips.map(({ item, first, second, rightIn }) => [item, first, second, rightIn]),
      [
        ["item-0", "A", "B", "first"],
        ["item-1", "B", "A", "second"],
      ],
    );
    assert.match(comparison.warnings.join(), /1 of 3 items failed in a and count as wrong/);
    assert.deepEqual(flipsTable(comparison).rows[1], ["x", "item-1", "A", "b", "a", "B"]);
  });

  it("takes all draws of an item as one cluster", () => {
    const draws = (marks: string) => [
      ...answers(marks),
      ...answers(marks, { draw: 1 }),
      ...answers(marks, { draw: 2 }),
    ];
    const [pair] = compareRuns([
      comparedRun("a", { x: draws("++++-+-+") }),
      comparedRun("b", { x: draws("+---+--+") }),
    ]).pairs;
    assert.equal(pair!.n, 24);
    assert.equal(pair!.items, 8);
    assert.equal(pair!.test, "clustered");
    assert.equal(pair!.method, "clustered");
    assert.ok(pair!.p.clustered! > pair!.p.exact!, "copies of the same answers must not make the p-value small");
    near(pair!.adjusted, pair!.p.clustered!);
  });

  it("compares metrics that are means by their paired differences", () => {
    const scores = (values: number[]) =>
      values.map((score, index) => ({ ...answers("+")[0]!, item: `${index}`, score }));
    const [pair] = compareRuns([
      comparedRun("a", { x: scores([0.9, 0.8, 0.7, 0.6]) }, {}, "mc2"),
      comparedRun("b", { x: scores([0.5, 0.6, 0.5, 0.6]) }, {}, "mc2"),
    ]).pairs;
    assert.equal(pair!.counts, null);
    near(pair!.difference, 0.2);
    // Differences 0.4, 0.2, 0.2, 0: s = 0.16329931618554522, t = 0.2 / (s / 2) = √6 with 3 degrees of freedom.
    assert.ok(Math.abs(pair!.p.clustered! - 0.0917) < 1e-4, String(pair!.p.clustered));
    assert.equal(pair!.p.exact, undefined);
  });

  it("gives the difference on groups that both runs have, draws of an item counted once, without a test", () => {
    const both = { group: "both", benchmarks: ["x", "y"], aggregation: "bySize" } as const;
    const twice = (marks: string) => [...answers(marks), ...answers(marks, { draw: 1 })];
    const run = (name: string, x: string, y: string, groups: Parameters<typeof comparedRun>[4]) =>
      comparedRun(name, { x: twice(x), y: twice(y) }, {}, "accuracy", groups);
    const a = run("a", "++++-", "+-+", [both]);
    const comparison = compareRuns([a, run("b", "+--+-", "++-", [both])]);
    comparisonSchema.parse(comparison);
    assert.equal(comparison.pairs.length, 2);
    const [group] = comparison.groups;
    const expected = groupDifference(
      [
        { bothCorrect: 2, onlyFirst: 2, onlySecond: 0, bothWrong: 1 },
        { bothCorrect: 1, onlyFirst: 1, onlySecond: 1, bothWrong: 0 },
      ],
      "size",
    );
    near(group!.difference, 2 / 8);
    near(group!.first.value - group!.second.value, 2 / 8);
    near(group!.interval.low, expected.interval.low);
    near(group!.interval.high, expected.interval.high);
    assert.deepEqual([group!.n, group!.items], [16, 8]);
    const { rows, notes } = comparisonTable(comparison);
    assert.deepEqual(rows[2]!.slice(0, 7).map(textOf), ["both", "a", "b", "16", "0.750", "0.500", "+0.250"]);
    assert.equal(textOf(rows[2]!.at(-1)!), "–");
    assert.match(notes!.join(), /A group has no test of its own/);
    const unlike: Parameters<typeof comparedRun>[4] = [{ ...both, aggregation: "unweighted" }];
    assert.deepEqual(compareRuns([a, run("b", "+--+-", "++-", unlike)]).groups, []);
    assert.deepEqual(compareRuns([a, comparedRun("b", { x: twice("+++++") }, {}, "accuracy", [both])]).groups, []);
  });

  it("refuses to compare what may be different questions, and says why", () => {
    const other = answers("++", { rightOptions: "3" });
    const comparison = compareRuns([
      comparedRun("a", { x: answers("++"), y: answers("++"), z: answers("++") }, { "benchmark z": "test 1, train 5" }),
      comparedRun(
        "b",
        { x: other, y: answers("+-"), z: answers("++", { promptSha256: "new" }) },
        { "benchmark z": "test 2, train 5" },
      ),
    ]);
    assert.deepEqual(
      comparison.pairs.map(({ benchmark }) => benchmark),
      ["y"],
    );
    assert.match(comparison.refused[0]!.reason, /another right option/);
    assert.match(comparison.refused[1]!.reason, /different files/);
    assert.match(renderTable(comparisonTable(comparison), "text"), /Not compared: a and b on z\./);
  });

  it("warns of settings that differ besides the model, and of prompts that differ without a reason", () => {
    const settings = (shots: string) => ({ shots, protocol: "lm-eval (version 1)" });
    const otherPrompts = answers("+-", { promptSha256: "other" });
    const warnings = (b: ReturnType<typeof comparedRun>) =>
      compareRuns([comparedRun("a", { x: answers("++") }, settings("0")), b]).warnings.join("\n");
    assert.match(warnings(comparedRun("b", { x: otherPrompts }, settings("3"))), /^a and b .*shots \(0 → 3\)\.$/);
    assert.match(
      warnings(comparedRun("b", { x: otherPrompts }, settings("0"))),
      /^x: 2 of 2 prompts of a and b differ\.$/,
    );
  });

  it("refuses a single run, and has nothing to say of runs that have nothing in common", () => {
    assert.throws(() => compareRuns([comparedRun("a", { x: answers("+") })]), RunError);
    const nothing = compareRuns([comparedRun("a", { x: answers("+") }), comparedRun("b", { y: answers("+") })]);
    assert.deepEqual([nothing.pairs, nothing.refused], [[], []]);
    const elsewhere = answers("+").map((answer) => ({ ...answer, item: "elsewhere" }));
    const { pairs, refused } = compareRuns([comparedRun("a", { x: answers("+") }), comparedRun("b", { x: elsewhere })]);
    assert.deepEqual(pairs, []);
    assert.match(refused[0]!.reason, /no item in common/);
  });

  it("gives the mirrored result when the runs change places", () => {
    const marks = fc.string({ unit: fc.constantFrom("+", "-", "!"), minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(marks, marks, (a, b) => {
        const runs = [comparedRun("a", { x: answers(a) }), comparedRun("b", { x: answers(b) })];
        const [forth] = compareRuns(runs).pairs;
        const [back] = compareRuns(runs.toReversed()).pairs;
        near(back!.difference, -forth!.difference || 0);
        near(back!.adjusted, forth!.adjusted);
        near(back!.interval!.low, -forth!.interval!.high || 0);
        assert.equal(back!.n, Math.min(a.length, b.length));
        assert.equal(back!.flips.length, forth!.counts!.onlyFirst + forth!.counts!.onlySecond);
        assert.equal(betterRun(back!), betterRun(forth!));
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe("table of a comparison", () => {
  const hostile = "a|b <!-- & *x* \u001b[31m";

  it("marks the better result only where the corrected test supports it", () => {
    const comparison = compareRuns([
      comparedRun("a", { x: answers("+".repeat(9)), y: answers("+++") }),
      comparedRun(hostile, { x: answers("-".repeat(9)), y: answers("---") }),
    ]);
    const markdown = renderTable(comparisonTable(comparison), "markdown");
    const rows = markdown.split("\n").filter((line) => line.startsWith("| x") || line.startsWith("| y"));
    assert.match(rows[0]!, /\*\*1\.000\*\* \| 0\.000 \| \+1\.000 \|/);
    assert.match(rows[1]!, /\| 1\.000 \| 0\.000 \|/);
    assert.ok(rows.every((row) => row.split(/(?<!\\)\|/).length === rows[0]!.split(/(?<!\\)\|/).length));
    assert.ok(!markdown.includes("<!--") && !markdown.includes("\u001b"));
    assert.match(markdown, /corrected over all 2 tests/);
  });

  it("says so when no difference is supported", () => {
    const comparison = compareRuns([comparedRun("a", { x: answers("+-") }), comparedRun("b", { x: answers("-+") })]);
    const table = comparisonTable(comparison);
    assert.ok(!table.rows.flat().some(isStrong));
    assert.match(table.notes!.join("\n"), /No difference is supported at p \(Holm\) < 0\.05/);
    assert.match(renderTable(table, "text"), /0\.000 {2}−0\.\d{3} to 0\.\d{3}/);
  });
});
