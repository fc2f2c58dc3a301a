import { t } from "../../src/core/pages/texts.ts";
import type { Report } from "../../src/core/reports/report.ts";
import { numberCell } from "../../src/core/reports/cells.ts";
import { numberColumn, textColumn, type Table } from "../../src/core/reports/table.ts";
import { printable, seriesStyle } from "./appearance.ts";
import { mostRows, type Chart, type ChartOptions } from "./chart.ts";
import { estimateText, intervalPlot, type IntervalRow } from "./intervalPlot.ts";
import { needs } from "./needs.ts";
import { sentences, type LegendEntry } from "./picture.ts";
import { benchmarksOf, estimateCells, runBenchmarks, runLabel } from "./results.ts";
import { largest } from "../../src/core/lists.ts";

const caption = () => t("Accuracy by subject with 95 % intervals");

/** Accuracy by subject, on the benchmarks whose items have one, over all draws. */
export const subjectsChart: Chart = {
  id: "subjects",
  title: () => t("Subjects"),
  needs: needs.subjects,
  crowded: (report) => entriesOf(report).length > mostRows,
  draw,
  table,
};

function entriesOf(report: Report) {
  return runBenchmarks(report).flatMap(({ index, run, benchmark }) =>
    benchmark.subjects.map(({ subject, items, accuracy }) => ({
      benchmark: benchmark.benchmark,
      subject,
      index,
      label: runLabel(run),
      items,
      accuracy,
    })),
  );
}

type SubjectEntry = ReturnType<typeof entriesOf>[number];

function draw(report: Report, _comparison: unknown, options: ChartOptions): SVGSVGElement {
  const entries = entriesOf(report);
  const one = report.runs.length === 1;
  const described = entries.map(({ label, benchmark, subject, accuracy }) =>
    t("{0} on {1}: {2}", label, `${benchmark}, ${subject}`, estimateText(accuracy)),
  );
  const legend = report.runs.map((run, index): LegendEntry => {
    const { color, symbol } = seriesStyle(index);
    return { label: runLabel(run), color, mark: symbol };
  });
  return intervalPlot(
    {
      title: caption(),
      description: `${printable(sentences(described))}.`,
      sections: benchmarksOf(report).flatMap((benchmark) => {
        const rows = rowsOf(entries.filter((entry) => entry.benchmark === benchmark));
        return rows.length === 0 ? [] : [{ heading: printable(benchmark), rows }];
      }),
      axis: t("accuracy"),
      limits: [0, 1],
      legend: one ? [] : legend,
    },
    options,
  );
}

function rowsOf(entries: readonly SubjectEntry[]): IntervalRow[] {
  const subjects = [...new Set(entries.map(({ subject }) => subject))].sort();
  return subjects.map((subject) => {
    const here = entries.filter((entry) => entry.subject === subject);
    const items = largest(here.map((entry) => entry.items));
    return {
      label: printable(subject),
      text: here.length === 1 ? `${estimateText(here[0]!.accuracy)}, n ${items}` : `n ${items}`,
      marks: here.map(({ index, label, accuracy }) => ({
        value: accuracy.value,
        interval: accuracy.interval,
        ...seriesStyle(index),
        title: printable(`${label}, ${subject}\n${estimateText(accuracy)}, n ${accuracy.n}`),
      })),
    };
  });
}

function table(report: Report): Table {
  return {
    caption: caption(),
    columns: [
      textColumn("benchmark"),
      textColumn("subject"),
      textColumn("model"),
      numberColumn("accuracy"),
      numberColumn("low"),
      numberColumn("high"),
      numberColumn("n"),
      numberColumn("items"),
    ],
    rows: entriesOf(report).map(({ benchmark, subject, label, accuracy, items }) => [
      benchmark,
      subject,
      label,
      ...estimateCells(accuracy),
      numberCell(accuracy.n),
      numberCell(items),
    ]),
  };
}
