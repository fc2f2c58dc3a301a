import { t } from "../pages/texts.ts";
import { betterRun, significanceLevel, type Comparison, type GroupPair, type Pair } from "./comparison.ts";
import { intervalCell, minus, noNumber, numberCell, type Cell } from "./cells.ts";
import { numberColumn, textColumn, type Column, type Table } from "./table.ts";

interface PairColumn {
  readonly column: Column;
  readonly cell: (pair: Pair) => Cell;
  /** Of a group; without it a dash. */
  readonly groupCell?: (group: GroupPair) => Cell;
}

/** What pairs and groups have in common. */
type SharedCells = Pick<GroupPair, "first" | "second" | "n" | "difference"> & Pick<Pair, "interval">;

/** All pairs of a comparison, then the groups. A result stands out where the Holm-adjusted test says that it is the better one. */
export function comparisonTable(comparison: Comparison): Table {
  const { pairs, groups } = comparison;
  const columns = columnsOf(pairs);
  return {
    columns: columns.map(({ column }) => column),
    rows: [
      ...pairs.map((pair) => columns.map(({ cell }) => cell(pair))),
      ...groups.map((group) => columns.map(({ groupCell }) => groupCell?.(group) ?? noNumber())),
    ],
    notes: notesOf(comparison),
  };
}

function columnsOf(pairs: readonly Pair[]): PairColumn[] {
  const clustered = pairs.some(({ p }) => p.clustered !== undefined);
  const shares = pairs.some(({ counts }) => counts !== null);
  const test = (column: Column, cell: PairColumn["cell"]) => ({ column, cell });
  const shared = (column: Column, cell: (row: SharedCells) => Cell) => ({ column, cell, groupCell: cell });
  const result = (which: "first" | "second", column: Column): PairColumn => ({
    ...shared(column, (row) => decimal(row[which].value)),
    cell: (pair) => ({ ...decimal(pair[which].value), strong: betterRun(pair) === pair[which].run }),
  });
  return [
    { column: textColumn("benchmark"), cell: ({ benchmark }) => benchmark, groupCell: ({ group }) => group },
    shared(textColumn("first"), ({ first }) => first.run),
    shared(textColumn("second"), ({ second }) => second.run),
    shared(numberColumn("n"), ({ n }) => numberCell(n)),
    result("first", numberColumn("firstResult", "first result")),
    result("second", numberColumn("secondResult", "second result")),
    shared(numberColumn("difference"), ({ difference }) => numberCell(difference, signed(difference))),
    shared(textColumn("interval", "95 % interval"), ({ interval }) => intervalCell(interval)),
    ...(shares
      ? [
          test(numberColumn("onlyFirst", "only first right"), ({ counts }) =>
            counts ? numberCell(counts.onlyFirst) : noNumber(),
          ),
          test(numberColumn("onlySecond", "only second right"), ({ counts }) =>
            counts ? numberCell(counts.onlySecond) : noNumber(),
          ),
          test(numberColumn("pExact", "p (McNemar, exact)"), ({ p }) => pCell(p.exact)),
          test(numberColumn("pMid", "p (mid-p)"), ({ p }) => pCell(p.midP)),
        ]
      : []),
    ...(clustered ? [test(numberColumn("pByItem", "p (by item)"), ({ p }) => pCell(p.clustered))] : []),
    test(numberColumn("pHolm", "p (Holm)"), ({ adjusted }) => pCell(adjusted)),
  ];
}

function decimal(value: number) {
  return numberCell(value, value.toFixed(3));
}

/** Of a p-value: see {@link formatP}. */
export function pCell(p: number | undefined): Cell {
  return p === undefined ? noNumber() : numberCell(p, formatP(p));
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
  const notCompared = refused.map(({ benchmark, first, second, reason }) =>
    t("Not compared: {0} and {1} on {2}. {3}", first, second, benchmark, reason),
  );
  if (pairs.length === 0) return notCompared;
  const tests = pairs.length === 1 ? t("1 test") : t("all {0} tests", pairs.length);
  const byItem = pairs.some(({ test }) => test === "clustered");
  const stands = pairs.some((pair) => betterRun(pair) !== undefined);
  return [
    byItem
      ? t("Paired, item by item. p (Holm): p by item where it is given, else the exact one, corrected over {0}.", tests)
      : t("Paired, item by item. p (Holm): the exact p, corrected over {0}.", tests),
    stands
      ? t("The result that stands out is the better one, supported at p (Holm) < {0}.", significanceLevel)
      : t("No difference is supported at p (Holm) < {0}.", significanceLevel),
    ...(byItem
      ? [t("p by item: t test with the cluster-robust standard error; all draws of an item are one cluster.")]
      : []),
    ...(groups.length > 0
      ? [
          t(
            "A group has no test of its own: its benchmarks have theirs. Its interval is not corrected for several runs.",
          ),
        ]
      : []),
    ...warnings,
    ...notCompared,
  ];
}

/** The items that one run of each pair answered right and the other wrong. */
export function flipsTable({ pairs }: Comparison): Table {
  const severalDraws = pairs.some(({ n, items }) => items < n);
  return {
    columns: [
      textColumn("benchmark"),
      textColumn("item"),
      ...(severalDraws ? [textColumn("draw")] : []),
      textColumn("rightAnswer", "right answer"),
      textColumn("rightIn", "right in"),
      textColumn("wrongIn", "wrong in"),
      textColumn("wrongAnswer", "wrong answer"),
    ],
    rows: pairs.flatMap(({ benchmark, first, second, flips }) =>
      flips.map((flip) => {
        const [winner, loser, wrong] =
          flip.rightIn === "first" ? [first.run, second.run, flip.second] : [second.run, first.run, flip.first];
        return [benchmark, flip.item, ...(severalDraws ? [String(flip.draw)] : []), flip.right, winner, loser, wrong];
      }),
    ),
  };
}
