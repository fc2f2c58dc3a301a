import type {
  BenchmarkSummary,
  DrawSummary,
  EvaluationSummary,
  OverDraws,
} from "../evaluation/summary/evaluationSummary.ts";
import type { Notice } from "../evaluation/summary/notice.ts";
import { noticesOf } from "../evaluation/summary/noticesOf.ts";
import { t } from "../pages/texts.ts";
import type { Verification } from "../runs/recordedResult.ts";
import { meanOverDraws } from "../statistics/mean.ts";
import { intervalCell, noNumber, numberCell, textOf, type Cell, type ValueCell } from "./cells.ts";
import { numberColumn, textColumn, type Column, type Table } from "./table.ts";
import { largest, smallest } from "../lists.ts";

/** One evaluation run as a row, or several, of a table of results. */
export interface ResultRun {
  /** What the table calls the model. */
  readonly model: string;
  readonly summary: EvaluationSummary;
  /** Set when the run has not finished: what is missing. */
  readonly partial?: string;
  /** Of a finished run: whether its items are those that it ended with. */
  readonly verification?: Verification;
}

/** Whether a run's result on a benchmark is better than that of all others, and a test supports it. */
export type IsBest = (run: number, benchmark: string) => boolean;

interface ResultRow {
  readonly model: Cell;
  readonly name: string;
  readonly metric: string;
  readonly estimate: OverDraws;
  readonly draws: readonly DrawSummary[];
  readonly notices: readonly Notice[];
  /** The same answers counted in the other way, where the protocol gives it. */
  readonly otherCount?: OtherCount;
  /** Expected calibration error; undefined where answers have no probabilities, and for groups. */
  readonly ece?: number;
  readonly tokensPerSecond?: number | null;
  readonly protocol: string;
  readonly verification: Verification | undefined;
  readonly best: boolean;
}

/**
 * The results of one or more runs. Each row says how many items it is computed from, the 95 % interval, the protocol,
 * the number of few-shot examples and how many answers were invalid: no number without them. Columns that no row fills
 * are left out.
 */
export function resultTable(runs: readonly ResultRun[], isBest: IsBest = () => false): Table {
  const rows = runs.flatMap((run, index) => rowsOf(run, (benchmark) => isBest(index, benchmark)));
  const columns = columnsOf(rows);
  return {
    columns: columns.map(({ column }) => column),
    rows: rows.map((row) => columns.map(({ cell }) => cell(row))),
    notes: notesOf(runs, rows),
  };
}

interface ResultColumn {
  readonly column: Column;
  readonly cell: (row: ResultRow) => Cell;
}

function columnsOf(rows: readonly ResultRow[]): ResultColumn[] {
  const of = (column: Column, cell: ResultColumn["cell"]): ResultColumn => ({ column, cell });
  const optional = (of: ResultColumn) => (rows.some((row) => textOf(of.cell(row)) !== "") ? [of] : []);
  return [
    of(textColumn("model"), ({ model }) => model),
    of(textColumn("benchmark"), ({ name }) => name),
    of(textColumn("metric"), ({ metric }) => metric),
    of(numberColumn("result"), ({ estimate, best }) => ({ ...resultCell(estimate), strong: best })),
    of(textColumn("interval", "95 % interval"), ({ estimate }) => intervalCell(estimate.interval)),
    of(numberColumn("n"), ({ estimate }) => numberCell(estimate.n)),
    of(numberColumn("shots"), ({ draws }) => shots(draws)),
    of(numberColumn("invalid"), ({ draws }) => numberCell(total(draws, "invalid"))),
    of(numberColumn("failed"), ({ draws }) => numberCell(total(draws, "failed"))),
    ...optional(of(textColumn("otherCount", "counted otherwise"), ({ otherCount }) => otherCountCell(otherCount))),
    ...optional(
      of(numberColumn("ece", "ECE"), ({ ece }) => (ece === undefined ? noNumber("") : numberCell(ece, ece.toFixed(3)))),
    ),
    ...optional(of(numberColumn("tokensPerSecond", "tokens/s"), ({ tokensPerSecond: rate }) => rateCell(rate))),
    of(textColumn("protocol"), ({ protocol }) => protocol),
    ...noticeColumns(rows),
    ...optional(
      dataOnly(of(textColumn("items", "items.jsonl"), ({ verification: of }) => of?.message ?? of?.items ?? "")),
    ),
  ];
}

function dataOnly({ column, cell }: ResultColumn): ResultColumn {
  return { column: { ...column, dataOnly: true }, cell };
}

/** A count for each kind of notice. */
function noticeColumns(rows: readonly ResultRow[]): ResultColumn[] {
  const kinds = new Set(rows.flatMap(({ notices }) => notices.map(({ kind }) => kind)));
  return [...kinds].map((kind) => {
    const title = kind.replace(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);
    const count = ({ notices }: ResultRow) =>
      notices.reduce((sum, notice) => sum + (notice.kind === kind ? notice.count : 0), 0);
    // In CSV only, which is English.
    return dataOnly({ column: { id: kind, title, align: "right" }, cell: (row) => numberCell(count(row)) });
  });
}

function rowsOf(
  { model, summary, partial, verification }: ResultRun,
  isBest: (benchmark: string) => boolean,
): ResultRow[] {
  const common = {
    model: partial === undefined ? model : { text: t("{0} (partial)", model), value: model },
    protocol: summary.protocol.id,
    verification,
  };
  const { notices: ofModel = [] } = summary;
  const benchmarks = summary.benchmarks.map((benchmark) => ({
    ...common,
    name: benchmark.benchmark,
    metric: benchmark.primaryMetric,
    estimate: benchmark.metrics[benchmark.primaryMetric]!,
    draws: benchmark.draws,
    notices: [...noticesOf(benchmark), ...ofModel],
    otherCount: otherCountOf(benchmark),
    ece: calibrationError(benchmark),
    tokensPerSecond: benchmark.cost.tokensPerSecond,
    best: isBest(benchmark.benchmark),
  }));
  const groups = summary.groups.map(({ group, benchmarks: members, accuracy, aggregation }) => {
    const grouped = summary.benchmarks.filter(({ benchmark }) => members.includes(benchmark));
    return {
      ...common,
      name: group,
      metric: aggregation === "bySize" ? t("accuracy") : t("mean of accuracies"),
      estimate: accuracy,
      draws: grouped.flatMap(({ draws }) => draws),
      notices: [...grouped.flatMap(noticesOf), ...ofModel],
      best: false,
    };
  });
  return [...benchmarks, ...groups];
}

/** An accuracy that is counted in another way than the protocol's result. */
export interface OtherCount {
  readonly way: "unconstrained" | "constrained";
  readonly value: number;
}

/** Of the two accuracies that letters can be counted by, the one that is not the protocol's result. */
export function otherCountOf({ metrics, primaryMetric }: BenchmarkSummary): OtherCount | undefined {
  if (primaryMetric !== "accuracy") return undefined;
  const { acc_unconstrained: unconstrained, acc_constrained: constrained } = metrics;
  if (unconstrained !== undefined) return { way: "unconstrained", value: unconstrained.value };
  return constrained === undefined ? undefined : { way: "constrained", value: constrained.value };
}

function otherCountCell(otherCount: OtherCount | undefined): Cell {
  if (otherCount === undefined) return { text: "", value: null };
  return { text: `${wayName(otherCount)} ${otherCount.value.toFixed(3)}`, value: otherCount.value };
}

function wayName({ way }: OtherCount): string {
  return way === "constrained" ? t("constrained") : t("unconstrained");
}

function rateCell(rate: number | null | undefined): Cell {
  return typeof rate === "number" ? numberCell(rate, String(Math.round(rate))) : noNumber("");
}

function calibrationError({ draws }: BenchmarkSummary): number | undefined {
  const errors = draws.flatMap(({ calibration }) => calibration?.renormalised.ece ?? []);
  return errors.length === draws.length ? meanOverDraws(errors).mean : undefined;
}

/** Value, ± standard deviation over several draws. */
function resultCell({ value, values, populationSd }: OverDraws): ValueCell {
  return numberCell(value, value.toFixed(3) + (values.length > 1 ? ` ± ${populationSd.toFixed(3)}` : ""));
}

/** `3`, or `1–3` where some did not fit. */
function shots(draws: readonly DrawSummary[]): Cell {
  const fewest = smallest(draws.map((draw) => draw.shots.fewest));
  const most = largest(draws.map((draw) => draw.shots.most));
  return numberCell(fewest, fewest === most ? String(most) : `${fewest}–${most}`);
}

function total(draws: readonly DrawSummary[], field: "invalid" | "failed"): number {
  return draws.reduce((sum, draw) => sum + draw[field], 0);
}

/** What a reader must know to understand the numbers, where it applies. */
function notesOf(runs: readonly ResultRun[], rows: readonly ResultRow[]): string[] {
  const draws = runs.flatMap(({ summary }) => summary.benchmarks).flatMap((benchmark) => benchmark.draws);
  const severalDraws = rows.some(({ estimate }) => estimate.values.length > 1);
  return [
    ...runs.flatMap(({ model, partial }) => (partial === undefined ? [] : [t("{0} is partial: {1}", model, partial)])),
    ...runs.flatMap(({ model, verification }) =>
      verification?.message === undefined ? [] : [`${model}: ${verification.message}`],
    ),
    ...(severalDraws ? [t("±: population standard deviation over few-shot draws; n counts an item once a draw.")] : []),
    ...olderGroupIntervals(runs),
    ...(total(draws, "invalid") > 0 ? [t("Invalid answers count as wrong.")] : []),
    ...(total(draws, "failed") > 0 ? [t("Failed items could not be evaluated and count as wrong.")] : []),
    ...new Set(runs.flatMap(({ model, summary: { notices = [] } }) => notices.map((of) => `${model}: ${of.message}`))),
    ...noticeTexts(runs),
    ...(rows.some(({ otherCount }) => otherCount?.way === "unconstrained")
      ? [t("unconstrained: every token of the right option is the most probable one of the whole vocabulary.")]
      : []),
    ...(rows.some(({ otherCount }) => otherCount?.way === "constrained")
      ? [t("constrained: only the options' labels are considered.")]
      : []),
    ...(rows.some(({ ece }) => ece !== undefined)
      ? [t("ECE: expected calibration error of the options' renormalised probabilities, ten bins of equal width.")]
      : []),
  ];
}

/** Each notice once, with its benchmark; the model is named where not all runs of the benchmark have it. */
function noticeTexts(runs: readonly ResultRun[]): string[] {
  const said = runs.flatMap(({ model, summary }) =>
    summary.benchmarks.flatMap((of) =>
      noticesOf(of).map(({ message }) => ({ model, benchmark: of.benchmark, text: `${of.benchmark}: ${message}` })),
    ),
  );
  return [...new Set(said.map(({ text }) => text))].map((text) => {
    const saying = said.filter((other) => other.text === text);
    const having = runs.filter(({ summary }) =>
      summary.benchmarks.some(({ benchmark }) => benchmark === saying[0]!.benchmark),
    );
    return saying.length === having.length ? text : `${saying.map(({ model }) => model).join(", ")}, ${text}`;
  });
}

function olderGroupIntervals(runs: readonly ResultRun[]): string[] {
  const groups = runs.flatMap(({ summary }) => summary.groups).filter(({ method }) => method === "joinedWilson");
  if (groups.length === 0) return [];
  const names = [...new Set(groups.map(({ group }) => group))].join(", ");
  return [
    t(
      "Interval of {0}: as an older version of Medley computed it; with small benchmarks it misses the true value more often than in 5 % of cases.",
      names,
    ),
  ];
}
