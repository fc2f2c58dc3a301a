import { t } from "../../src/core/pages/texts.ts";
import type { ReportedRun } from "../../src/core/reports/report.ts";
import { DataTable } from "../components/dataTable.ts";
import { Loading, emptyNotice } from "../components/loading.ts";
import type { TabContent } from "../components/tabs.ts";
import { fill, h } from "../dom.ts";
import type { ReportAnswer, ResultData } from "./resultData.ts";
import { subjectsTable } from "./subjectsTable.ts";

/** Accuracy by subject, for benchmarks whose items have one. */
export class SubjectsTab implements TabContent {
  readonly element = h("div", {});
  private readonly table = new DataTable({ label: t("Accuracy by subject"), rowHeader: "subject", sortable: true });
  private readonly loading: Loading<ReportAnswer>;

  constructor(data: ResultData) {
    this.loading = new Loading(
      this.element,
      t("Reading the results"),
      () => data.report(),
      ({ report }) => this.draw(report.runs),
    );
    void this.loading.reload();
  }

  refresh(): void {
    void this.loading.reload();
  }

  private draw(runs: readonly ReportedRun[]): void {
    const table = subjectsTable(runs);
    if (table.rows.length === 0) fill(this.element, emptyNotice(t("The items of these benchmarks have no subjects.")));
    else {
      this.table.update(table);
      if (this.table.element.parentElement !== this.element) fill(this.element, this.table.element);
    }
  }
}
