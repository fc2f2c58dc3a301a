import { t } from "../../src/core/pages/texts.ts";
import { itemOutcomes, type ItemDetail, type ItemRow, type ItemSort } from "../../src/core/results/items.ts";
import type { ReportedRun } from "../../src/core/reports/report.ts";
import type { ResultValue } from "../../src/core/results/messages.ts";
import { Loading, emptyNotice, problemNotice, problemOf } from "../components/loading.ts";
import type { TabContent } from "../components/tabs.ts";
import { Dropdown, searchField } from "../components/toolkit.ts";
import { fill, h } from "../dom.ts";
import { ItemList } from "./itemList.ts";
import { drawItem } from "./itemDetail.ts";
import { ItemPages, type ItemListFacts, type ItemQuery } from "./itemPages.ts";
import type { PageState } from "./pageState.ts";
import { drawPrompt } from "./promptView.ts";
import type { ResultData } from "./resultData.ts";

type ItemsState = NonNullable<PageState["items"]>;
type Outcome = (typeof itemOutcomes)[number];

const outcomeLabels: Readonly<Record<Outcome, () => string>> = {
  all: () => t("All items"),
  wrong: () => t("Wrong"),
  right: () => t("Right"),
  invalid: () => t("Invalid answer"),
  failed: () => t("Failed"),
  flipped: () => t("Flipped between runs"),
  lowConfidence: () => t("Low confidence"),
};

/** Milliseconds after the last key before a search is made, and after the last arrow before an item is asked for. */
const searchDelay = 250;
const detailDelay = 60;

const any = "";

/** The item browser: a long list that can be filtered, and the selected item beside it. */
export class ItemsTab implements TabContent {
  readonly element: HTMLElement;
  private readonly benchmark = new Dropdown(t("Benchmark"), (benchmark) =>
    this.change({ benchmark }, { subject: undefined }),
  );
  private readonly outcome = new Dropdown(t("Which items"), (value) => this.change({}, { outcome: value as Outcome }));
  private readonly run = new Dropdown(t("Judged by the run"), (value) =>
    this.change({}, { run: value === any ? undefined : Number(value) }),
  );
  private readonly subject = new Dropdown(t("Subject"), (value) =>
    this.change({}, { subject: value === any ? undefined : value }),
  );
  private readonly order = new Dropdown(t("Order"), (value) =>
    this.change({ sort: orders(this.labels)[Number(value)]?.sort }, {}),
  );
  private readonly search: HTMLElement & { value?: string };
  private readonly count = h("p", { class: "count", role: "status", "aria-live": "polite" });
  private readonly legend = h("ol", { class: "run-legend", "aria-label": t("Runs") });
  private readonly problem = h("div", { class: "notices" });
  private readonly list: ItemList;
  private readonly pages: ItemPages;
  private readonly detail = h("div", {
    class: "detail",
    tabindex: -1,
    "aria-label": t("Selected item"),
    role: "region",
  });
  private readonly prompt = h("div", { class: "prompt-place" });
  private range: readonly [number, number] = [0, 0];
  private runs: readonly ReportedRun[] = [];
  private timers: Record<string, ReturnType<typeof setTimeout>> = {};
  private loadingDetail: Loading<ItemDetail> | undefined;

  constructor(
    private readonly data: ResultData,
    private state: ItemsState,
    private readonly keep: (state: ItemsState) => void,
  ) {
    this.search = searchField(t("Search"), t("Search id, question, options, answers"), (text) =>
      this.later("search", searchDelay, () => this.change({}, { search: text === "" ? undefined : text })),
    );
    this.pages = new ItemPages(
      data.channel,
      data.runs,
      (facts) => this.onRows(facts),
      (error) =>
        fill(
          this.problem,
          problemNotice(problemOf(error), () => this.ask()),
        ),
    );
    this.list = new ItemList({
      row: (index) => this.pages.row(index),
      onRange: (first, last) => {
        this.range = [first, last];
        this.pages.ensure(first, last);
      },
      onSelect: (index) => this.onSelect(index),
      onOpen: () => this.detail.focus(),
    });
    const fields = [this.benchmark, this.outcome, this.run, this.subject, this.order].map(({ element }) => element);
    this.element = h(
      "div",
      { class: "items-tab" },
      h("div", { class: "filters", role: "search" }, fields, this.search, this.count),
      this.legend,
      this.problem,
      h("div", { class: "browser" }, this.list.list.element, this.detail),
    );
    this.showNoItem();
    void this.start();
  }

  refresh(): void {
    void this.readRuns().then(
      () => (this.state.benchmark === undefined ? this.ask() : this.pages.refresh(...this.range)),
      (error: unknown) => this.showProblem(error),
    );
    void this.loadingDetail?.reload();
  }

  /** Shows these items: another tab has led here. */
  show(benchmark: string, filter: ItemsState["filter"]): void {
    this.state = { benchmark, filter };
    this.search.value = filter.search ?? "";
    this.showNoItem();
    this.ask();
  }

  private async start(): Promise<void> {
    try {
      await this.readRuns();
    } catch (error) {
      this.showProblem(error);
      return;
    }
    if (this.state.filter.search !== undefined) this.search.value = this.state.filter.search;
    this.ask();
  }

  private showProblem(error: unknown): void {
    fill(
      this.problem,
      problemNotice(problemOf(error), () => void this.start()),
    );
  }

  private async readRuns(): Promise<void> {
    this.runs = (await this.data.report()).report.runs;
  }

  private get benchmarks(): string[] {
    return [...new Set(this.runs.flatMap(({ summary }) => summary.benchmarks.map(({ benchmark }) => benchmark)))];
  }

  private get labels(): string[] {
    return this.runs.map(({ label }) => label);
  }

  private change(
    of: { [Key in keyof ItemsState]?: ItemsState[Key] | undefined },
    filter: Partial<ItemsState["filter"]>,
  ): void {
    const { selected: _, ...state } = this.state;
    this.state = withoutUndefined({ ...state, ...of, filter: withoutUndefined({ ...this.state.filter, ...filter }) });
    this.showNoItem();
    this.ask();
  }

  /** Asks for the items that the filter says, from the top. */
  private ask(): void {
    fill(this.problem);
    const [first] = this.benchmarks;
    if (first === undefined) {
      fill(this.count, "");
      fill(this.problem, emptyNotice(t("There are no items: no run folder is there, or none has an item yet.")));
      return;
    }
    const benchmark = this.benchmarks.includes(this.state.benchmark ?? "") ? this.state.benchmark! : first;
    this.state = { ...this.state, benchmark };
    this.keep(this.state);
    this.showFilters(benchmark);
    this.list.list.mark(-1);
    this.list.list.scrollToTop();
    const { filter, sort } = this.state;
    const query: ItemQuery = { benchmark, filter, ...(sort !== undefined && { sort }) };
    this.pages.ask(query);
  }

  private showFilters(benchmark: string): void {
    const { filter } = this.state;
    const several = this.data.runs.length > 1;
    this.benchmark.offer(
      this.benchmarks.map((value) => ({ value, label: value })),
      benchmark,
    );
    this.outcome.offer(
      itemOutcomes
        .filter((value) => several || value !== "flipped")
        .map((value) => ({ value, label: outcomeLabels[value]() })),
      filter.outcome,
    );
    this.run.offer(
      [
        { value: any, label: t("in any run") },
        ...this.runs.map(({ label }, index) => ({ value: String(index), label: t("in {0}: {1}", index + 1, label) })),
      ],
      filter.run === undefined ? any : String(filter.run),
    );
    const offered = orders(this.labels);
    const shown = offered.findIndex((order) => JSON.stringify(order.sort) === JSON.stringify(this.state.sort));
    this.order.offer(
      offered.map(({ label }, index) => ({ value: String(index), label })),
      String(Math.max(0, shown)),
    );
    this.run.element.hidden = !several || filter.outcome === "all" || filter.outcome === "flipped";
  }

  private onRows(facts: ItemListFacts): void {
    const { total, subjects, draws, textMissing } = facts;
    const { filter, selected } = this.state;
    fill(this.problem, textMissing === undefined ? undefined : h("p", { class: "quiet" }, textMissing));
    const narrowed = filter.outcome !== "all" || filter.subject !== undefined || filter.search !== undefined;
    fill(this.count, countText(total, narrowed));
    this.subject.offer(
      [{ value: any, label: t("All subjects") }, ...subjects.map((subject) => ({ value: subject, label: subject }))],
      filter.subject ?? any,
    );
    this.subject.element.hidden = subjects.length === 0;
    const { labels } = this;
    this.list.setColumns({ runs: labels, subjects: subjects.length > 0, draws: draws > 1 });
    fill(
      this.legend,
      labels.map((label) => h("li", {}, h("bdi", {}, label))),
    );
    this.legend.hidden = labels.length < 2;
    this.list.list.setCount(total);
    if (selected !== undefined && this.list.list.selected < 0) this.reselect(selected);
  }

  /** Selects the item again that was selected before a reload, where it is among the first rows. */
  private reselect(selected: Pick<ItemRow, "item" | "draw">): void {
    const index = this.pages.indexOf(selected);
    if (index >= 0) this.list.list.select(index);
  }

  private onSelect(index: number): void {
    const row = this.pages.row(index);
    if (row === undefined) {
      // The key went faster than the answers: once more when they are here.
      this.later("detail", searchDelay, () => this.list.list.selected === index && this.onSelect(index));
      return;
    }
    const { item, draw } = row;
    const shown = this.state.selected;
    if (shown?.item === item && shown.draw === draw && this.loadingDetail !== undefined) return;
    this.state = { ...this.state, selected: { item, draw } };
    this.keep(this.state);
    this.later("detail", detailDelay, () => this.showItem(row));
  }

  private showNoItem(): void {
    this.loadingDetail = undefined;
    clearTimeout(this.timers["detail"]);
    fill(this.detail, emptyNotice(t("Select an item to see the question, the options and the answers.")));
  }

  private showItem({ item, draw }: ItemRow): void {
    const benchmark = this.state.benchmark!;
    const place = h("div", {});
    fill(this.prompt);
    fill(this.detail, place, this.prompt);
    this.detail.scrollTop = 0;
    this.loadingDetail = new Loading(
      place,
      t("Reading the item"),
      () => this.data.channel.request("item", { runs: [...this.data.runs], benchmark, item, draw }),
      (detail) =>
        fill(
          place,
          drawItem(detail, (run) => this.showPrompt({ run, benchmark, item, draw })),
        ),
    );
    void this.loadingDetail.reload();
  }

  private showPrompt(of: { run: string; benchmark: string; item: string; draw: number }): void {
    const place = h("div", {});
    fill(this.prompt, place);
    const loading = new Loading<ResultValue<"prompt">>(
      place,
      t("Making the prompt; its tokens need the model, which takes a moment"),
      () => this.data.channel.request("prompt", of),
      (prompt) => {
        fill(
          place,
          drawPrompt(prompt, (text) => this.copy(text)),
        );
        place.scrollIntoView({ block: "nearest" });
      },
    );
    void loading.reload();
  }

  private copy(text: string): void {
    this.data.channel
      .request("copy", { text })
      .catch((error: unknown) => fill(this.problem, problemNotice(problemOf(error))));
  }

  private later(what: "search" | "detail", milliseconds: number, action: () => void): void {
    clearTimeout(this.timers[what]);
    this.timers[what] = setTimeout(action, milliseconds);
  }
}

function countText(total: number, narrowed: boolean): string {
  const number = total.toLocaleString("en");
  if (total === 1) return narrowed ? t("{0} item match", number) : t("{0} item", number);
  return narrowed ? t("{0} items match", number) : t("{0} items", number);
}

/** The orders in which items can be listed; those by confidence for each run. */
function orders(labels: readonly string[]): { readonly label: string; readonly sort: ItemSort | undefined }[] {
  const several = labels.length > 1;
  const inRun = (label: string, run: number) => (several ? ` ${t("in {0}: {1}", run + 1, label)}` : "");
  return [
    { label: t("Order of evaluation"), sort: undefined },
    { label: t("By id"), sort: { by: "item" } },
    { label: t("By subject"), sort: { by: "subject" } },
    ...labels.flatMap((label, run) => [
      { label: t("Least confident first") + inRun(label, run), sort: { by: "confidence", run } as const },
      {
        label: t("Most confident first") + inRun(label, run),
        sort: { by: "confidence", run, descending: true } as const,
      },
    ]),
  ];
}

function withoutUndefined<Fields extends object>(
  fields: Fields,
): { [Key in keyof Fields]: Exclude<Fields[Key], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof Fields]: Exclude<Fields[Key], undefined> };
}
