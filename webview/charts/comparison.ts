import { t } from "../../src/core/pages/texts.ts";
import {
  betterRun,
  significanceLevel,
  type Comparison,
  type GroupPair,
  type Pair,
} from "../../src/core/reports/comparison.ts";
import { formatP, pCell, signed } from "../../src/core/reports/comparisonTable.ts";
import { decimalCell, formatInterval, noNumber, numberCell } from "../../src/core/reports/cells.ts";
import type { Report } from "../../src/core/reports/report.ts";
import { numberColumn, textColumn, type Table } from "../../src/core/reports/table.ts";
import { colors, printable } from "./appearance.ts";
import { mostRows, type Chart, type ChartOptions } from "./chart.ts";
import { intervalPlot, type IntervalRow } from "./intervalPlot.ts";
import { needs } from "./needs.ts";
import { sentences } from "./picture.ts";

const caption = () => t("Paired differences with 95 % intervals");

/**
 * Differences of two models over the items that both answered, on benchmarks and then on groups of them. Those that the
 * corrected test supports stand out; a group has no test.
 */
export const comparisonChart: Chart = {
  id: "comparison",
  title: () => t("Comparison"),
  needs: needs.comparison,
  crowded: (_report, comparison) => differencesOf(comparison).length > mostRows,
  draw,
  table,
};

interface Difference extends Pick<GroupPair, "first" | "second" | "n" | "difference">, Pick<Pair, "interval"> {
  /** The benchmark or group. */
  readonly name: string;
  /** Holm-adjusted; undefined for a group. */
  readonly p: number | undefined;
  readonly kind: keyof typeof styles;
}

function differencesOf(comparison: Comparison | null): Difference[] {
  const { pairs, groups } = comparison ?? { pairs: [], groups: [] };
  return [
    ...pairs.map((pair): Difference => {
      const kind = betterRun(pair) === undefined ? "open" : "supported";
      return { ...pair, name: pair.benchmark, p: pair.adjusted, kind };
    }),
    ...groups.map((group): Difference => ({ ...group, name: group.group, p: undefined, kind: "group" })),
  ];
}

function draw(_report: Report, comparison: Comparison | null, options: ChartOptions): SVGSVGElement {
  const differences = differencesOf(comparison);
  const names = [...new Set(differences.map(({ name }) => name))];
  const described = differences.map((each) => t("{0} on {1}: {2}", pairTitle(each), each.name, longText(each)));
  const accuracies = comparison!.pairs.every(({ metric }) => metric.startsWith("acc"));
  const keys = {
    supported: t("supported: p (Holm) < {0}", significanceLevel),
    open: t("not supported"),
    group: t("group of benchmarks: not tested"),
  };
  const shown = (["supported", "open", "group"] as const).filter(
    (kind) => kind !== "group" || differences.some((each) => each.kind === kind),
  );
  return intervalPlot(
    {
      title: caption(),
      description: `${printable(sentences(described))}. ${supportSentence(comparison!.pairs)}`,
      sections: names.map((name) => ({
        heading: printable(name),
        rows: differences.filter((each) => each.name === name).map(rowOf),
      })),
      axis: accuracies ? t("difference in accuracy (first − second)") : t("difference in result (first − second)"),
      limits: [-1, 1],
      reference: 0,
      legend: shown.map((kind) => ({ label: keys[kind], ...styles[kind], mark: styles[kind].symbol })),
    },
    options,
  );
}

const styles = {
  supported: { color: "var(--vscode-charts-blue, #0072b2)", symbol: "diamond", hollow: false },
  open: { color: colors.faint, symbol: "circle", hollow: true },
  group: { color: colors.text, symbol: "square", hollow: true },
} as const;

function rowOf(difference: Difference): IntervalRow {
  const { first, second, interval, n, kind, name, p } = difference;
  const test = p === undefined ? "" : `  p ${formatP(p)}`;
  return {
    label: [printable(first.run), `− ${printable(second.run)}`],
    text: `${signed(difference.difference)} (${formatInterval(interval)})${test}`,
    strong: kind === "supported",
    marks: [
      {
        value: difference.difference,
        interval,
        ...styles[kind],
        title: printable(`${t("{0} on {1}", pairTitle(difference), name)}\n${longText(difference)}, n ${n}`),
      },
    ],
  };
}

function pairTitle({ first, second }: Difference): string {
  return `${first.run} − ${second.run}`;
}

function longText({ difference, interval, p }: Difference): string {
  return `${signed(difference)} (${formatInterval(interval)})${p === undefined ? "" : `, p (Holm) ${formatP(p)}`}`;
}

function supportSentence(pairs: readonly Pair[]): string {
  const supported = pairs.filter((pair) => betterRun(pair) !== undefined).length;
  return t("{0} of {1} differences are supported at p (Holm) < {2}.", supported, pairs.length, significanceLevel);
}

function table(_report: Report, comparison: Comparison | null): Table {
  return {
    caption: caption(),
    columns: [
      textColumn("benchmark"),
      textColumn("first"),
      textColumn("second"),
      numberColumn("difference"),
      numberColumn("low"),
      numberColumn("high"),
      numberColumn("pHolm", "p (Holm)"),
      textColumn("supported"),
      numberColumn("n"),
    ],
    rows: differencesOf(comparison).map(({ name, first, second, difference, interval, p, kind, n }) => [
      name,
      first.run,
      second.run,
      numberCell(difference, signed(difference)),
      decimalCell(interval?.low),
      decimalCell(interval?.high),
      pCell(p),
      kind === "group" ? noNumber() : kind === "open" ? t("no") : t("yes"),
      numberCell(n),
    ]),
  };
}
