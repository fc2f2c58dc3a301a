import { betterRun, significanceLevel, type Comparison, type GroupPair, type Pair } from "./comparison.ts";
import { formatInterval, minus } from "./resultTable.ts";
import type { Column, Table } from "./table.ts";

interface PairColumn extends Column {
  readonly text: (pair: Pair) => string;
  /** Of a group; without it a dash. */
  readonly groupText?: (group: GroupPair) => string;
  /** Which run's result the column has. */
  readonly resultOf?: "first" | "second";
}

/** What pairs and groups have in common. */
type SharedCells = Pick<GroupPair, "first" | "second" | "n" | "difference"> & Pick<Pair, "interval">;

/** All pairs of a comparison, then the groups. A result stands out where the Holm-adjusted test says that it is the better one. */
export function comparisonTable(comparison: Comparison): Table {
  const { pairs, groups } = comparison;
  const columns = columnsOf(pairs);
  return {
    columns,
    rows: [
      ...pairs.map((pair) => columns.map(({ text }) => text(pair))),
      ...groups.map((group) => columns.map(({ groupText }) => groupText?.(group) ?? "–")),
    ],
    emphasized: new Set(
      pairs.flatMap((pair, row) =>
        columns.flatMap(({ resultOf }, column) =>
          resultOf !== undefined && betterRun(pair) === pair[resultOf].run ? [`${row}:${column}`] : [],
        ),
      ),
    ),
    notes: notesOf(comparison),
  };
}

function columnsOf(pairs: readonly Pair[]): PairColumn[] {
  const clustered = pairs.some(({ p }) => p.clustered !== undefined);
  const shares = pairs.some(({ counts }) => counts !== null);
  const left = (title: string, text: PairColumn["text"]): PairColumn => ({ title, align: "left", text });
  const right = (title: string, text: PairColumn["text"]): PairColumn => ({ title, align: "right", text });
  const shared = (title: string, align: Column["align"], text: (row: SharedCells) => string): PairColumn => ({
    title,
    align,
    text,
    groupText: text,
  });
  return [
    { ...left("benchmark", ({ benchmark }) => benchmark), groupText: ({ group }) => group },
    shared("first", "left", ({ first }) => first.run),
    shared("second", "left", ({ second }) => second.run),
    shared("n", "right", ({ n }) => String(n)),
    { ...shared("first result", "right", ({ first }) => first.value.toFixed(3)), resultOf: "first" },
    { ...shared("second result", "right", ({ second }) => second.value.toFixed(3)), resultOf: "second" },
    shared("difference", "right", ({ difference }) => signed(difference)),
    shared("95 % interval", "left", ({ interval }) => formatInterval(interval)),
    ...(shares
      ? [
          right("only first right", ({ counts }) => String(counts?.onlyFirst ?? "–")),
          right("only second right", ({ counts }) => String(counts?.onlySecond ?? "–")),
          right("p (McNemar, exact)", ({ p }) => formatP(p.exact)),
          right("p (mid-p)", ({ p }) => formatP(p.midP)),
        ]
      : []),
    ...(clustered ? [right("p (by item)", ({ p }) => formatP(p.clustered))] : []),
    right("p (Holm)", ({ adjusted }) => formatP(adjusted)),
  ];
}

/** With three decimals and its sign. */
export function signed(value: number): string {
  const text = minus(value.toFixed(3));
  return /^[^−]*[1-9]/.test(text) ? `+${text}` : text;
}

/** Four decimals, or `<0.0001`; a dash where there is none. */
export function formatP(p: number | undefined): string {
  if (p === undefined) return "–";
  return p < 0.0001 ? "<0.0001" : p.toFixed(4);
}

function notesOf({ pairs, groups, refused, warnings }: Comparison): string[] {
  const notCompared = refused.map(
    ({ benchmark, first, second, reason }) => `Not compared: ${first} and ${second} on ${benchmark}. ${reason}`,
  );
  if (pairs.length === 0) return notCompared;
  const tests = pairs.length === 1 ? "1 test" : `all ${pairs.length} tests`;
  const byItem = pairs.some(({ test }) => test === "clustered");
  const stands = pairs.some((pair) => betterRun(pair) !== undefined);
  return [
    `Paired, item by item. p (Holm): ${byItem ? "p by item where it is given, else the exact one" : "the exact p"}, ` +
      `corrected over ${tests}.`,
    stands
      ? `The result that stands out is the better one, supported at p (Holm) < ${significanceLevel}.`
      : `No difference is supported at p (Holm) < ${significanceLevel}.`,
    ...(byItem
      ? ["p by item: t test with the cluster-robust standard error; all draws of an item are one cluster."]
      : []),
    ...(groups.length > 0
      ? ["A group has no test of its own: its benchmarks have theirs. Its interval is not corrected for several runs."]
      : []),
    ...warnings,
    ...notCompared,
  ];
}

/** The items that one run of each pair answered right and the other wrong. */
export function flipsTable({ pairs }: Comparison): Table {
  const severalDraws = pairs.some(({ n, items }) => items < n);
  const left = (title: string): Column => ({ title, align: "left" });
  const columns = [
    "benchmark",
    "item",
    ...(severalDraws ? ["draw"] : []),
    "right answer",
    "right in",
    "wrong in",
    "wrong answer",
  ];
  return {
    columns: columns.map(left),
    rows: pairs.flatMap(({ benchmark, first, second, flips }) =>
      flips.map((flip) => {
        const [winner, loser, wrong] =
          flip.rightIn === "first" ? [first.run, second.run, flip.second] : [second.run, first.run, flip.first];
        return [benchmark, flip.item, ...(severalDraws ? [String(flip.draw)] : []), flip.right, winner, loser, wrong];
      }),
    ),
  };
}
