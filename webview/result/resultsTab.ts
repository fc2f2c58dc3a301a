import { t } from "../../src/core/pages/texts.ts";
import type { Comparison } from "../../src/core/reports/comparison.ts";
import type { ReportedRun } from "../../src/core/reports/report.ts";
import { formatInterval } from "../../src/core/reports/cells.ts";
import { Loading, emptyNotice, patience, problemOf, warningNotice } from "../components/loading.ts";
import type { TabContent } from "../components/tabs.ts";
import { fill, h } from "../dom.ts";
import type { ReportAnswer, ResultData } from "./resultData.ts";
import { ResultsTable } from "./resultsTable.ts";
import { runFacts } from "./runFacts.ts";
import { drawSavedMarkdown } from "./savedMarkdown.ts";
import type { ShownResult } from "./shownResult.ts";

/** Set on the page's timeline when the table of results first stands in the page. */
const tableMark = "medley:table";

/** The first thing that a reader sees: the table of results. */
export class ResultsTab implements TabContent {
  readonly element: HTMLElement;
  private readonly notices = h("div", { class: "notices" });
  private readonly place = h("div", {});
  private readonly running = h("p", { class: "for-screen-readers", role: "status", "aria-live": "polite" });
  private readonly table = new ResultsTable();
  private readonly facts = h("div", {});
  private readonly pending = h("p", { class: "quiet", hidden: true });
  private readonly report: Loading<ReportAnswer>;
  /** The latest there is: while it is made anew, the one before. */
  private comparison: Comparison | undefined;
  private drawn = 0;

  constructor(
    private readonly data: ResultData,
    private readonly shown: ShownResult,
  ) {
    this.element = h("div", { class: "results-tab" }, this.notices, this.place, this.running);
    if (shown.stale) this.notices.append(staleNotice());
    // What is saved is seen at once; the answer of the host replaces it.
    if (shown.markdown !== "") this.place.append(drawSavedMarkdown(shown.markdown));
    this.report = new Loading(
      this.place,
      t("Reading the results"),
      () => this.data.report(),
      (answer) => this.draw(answer),
      { drawn: shown.markdown !== "" },
    );
    void this.report.reload();
  }

  refresh(): void {
    void this.report.reload();
  }

  private draw({ report, missing, waiting }: ReportAnswer): void {
    const { runs } = report;
    fill(
      this.notices,
      this.shown.stale && staleNotice(),
      missing.length > 0 && warningNotice(missingText(missing, runs.length)),
      waiting.length > 0 && runs.length > 0 && warningNotice(t("Without a result yet: {0}.", waiting.join(", "))),
      runs.flatMap(({ label, verification }) =>
        verification?.items === "changed" ? warningNotice(`${label}: ${verification.message}`) : [],
      ),
    );
    if (runs.length === 0) this.drawWithoutRuns(waiting);
    else this.drawRuns(runs);
  }

  private drawWithoutRuns(waiting: readonly string[]): void {
    if (waiting.length > 0)
      fill(this.place, emptyNotice(t("No item has been evaluated yet. The first result shows here.")));
    else if (this.shown.markdown !== "") fill(this.place, drawSavedMarkdown(this.shown.markdown));
    else fill(this.place, emptyNotice(t("There is nothing to show: the run folder is gone and no table was saved.")));
  }

  private drawRuns(runs: readonly ReportedRun[]): void {
    this.drawn++;
    this.table.update(runs, this.comparison);
    fill(this.facts, runFacts(runs));
    if (this.table.element.parentElement !== this.place) {
      fill(this.place, this.table.element, this.pending, this.facts);
      performance.mark(tableMark);
    }
    this.announce(runs);
    if (runs.length > 1 && this.data.compares) void this.addComparison(runs);
  }

  /** Bold needs the paired tests, which take longer than the summaries. */
  private async addComparison(runs: readonly ReportedRun[]): Promise<void> {
    const { drawn } = this;
    const wait = setTimeout(() => {
      if (drawn === this.drawn) this.pending.hidden = false;
    }, patience);
    fill(
      this.pending,
      this.comparison === undefined
        ? t("The runs are being compared; what the tests support will be bold.")
        : t("The runs are being compared again; bold is what the comparison before supports."),
    );
    try {
      const comparison = await this.data.comparison();
      if (drawn !== this.drawn) return;
      this.comparison = comparison ?? undefined;
      this.table.update(runs, this.comparison);
      this.pending.hidden = true;
    } catch (error) {
      if (drawn !== this.drawn) return;
      this.comparison = undefined;
      this.table.update(runs, undefined);
      this.pending.hidden = true;
      const { message } = problemOf(error);
      this.notices.append(warningNotice(t("The runs could not be compared, so nothing is in bold. {0}", message)));
    } finally {
      clearTimeout(wait);
    }
  }

  /** Tells those who do not see the table how far a run is. */
  private announce(runs: readonly ReportedRun[]): void {
    const texts = runs
      .filter(({ partial }) => partial !== undefined)
      .flatMap(({ label, summary }) =>
        summary.benchmarks.map(({ benchmark, primaryMetric, metrics }) => {
          const { value, interval, n } = metrics[primaryMetric]!;
          return t(
            "{0}, {1}: {2}, 95 % interval {3}, n {4}",
            label,
            benchmark,
            value.toFixed(3),
            formatInterval(interval),
            n,
          );
        }),
      );
    const text = texts.join("; ");
    if (this.running.textContent !== text) fill(this.running, text);
  }
}

function staleNotice(): HTMLElement {
  return warningNotice(t("This result is of an earlier version of the cell. Run the cell to renew it."));
}

function missingText(missing: readonly string[], left: number): string {
  const [first] = missing;
  const names = missing.join(", ");
  if (left > 0) {
    return missing.length === 1
      ? t("The run folder {0} is gone: its rows are missing here.", first!)
      : t("Run folders are gone, and their rows are missing here: {0}.", names);
  }
  return missing.length === 1
    ? t(
        "The run folder {0} is gone. This is the table that was saved under the cell; items, charts and prompts went with the folder.",
        first!,
      )
    : t(
        "The run folders are gone: {0}. This is the table that was saved under the cell; items, charts and prompts went with the folders.",
        names,
      );
}
