import { t } from "../../src/core/pages/texts.ts";
import type { ResultNotification, ResultPage } from "../../src/core/results/messages.ts";
import { problemNotice, problemOf } from "../components/loading.ts";
import { registerComponents, button } from "../components/toolkit.ts";
import { Tabs, type Tab } from "../components/tabs.ts";
import { fill, h } from "../dom.ts";
import type { Channel } from "../messaging.ts";
import { ChartsTab } from "./chartsTab.ts";
import { ComparisonTab } from "./comparisonTab.ts";
import { ExportTab } from "./exportTab.ts";
import { ItemsTab } from "./itemsTab.ts";
import type { PageState } from "./pageState.ts";
import { ResultData } from "./resultData.ts";
import { ResultsTab } from "./resultsTab.ts";
import type { ShownResult } from "./shownResult.ts";
import { SubjectsTab } from "./subjectsTab.ts";

/** Where it is drawn. */
export interface ResultViewContext {
  readonly channel: Channel<ResultPage>;
  /** A panel shows the result full-size already. */
  readonly place: "notebook" | "panel";
  readonly styles: string;
  /** What the page has kept from before: the tab, the filter. */
  readonly state: PageState;
  readonly keepState: (state: PageState) => void;
}

/** The page of one evaluation result. It draws into a shadow tree, so that no other output's styles reach it. */
export class ResultView {
  private readonly data: ResultData;
  private readonly tabs: Tabs;
  private readonly stopListening: () => void;
  private readonly problem = h("div", { class: "notices" });
  private state: PageState;
  private items: ItemsTab | undefined;

  constructor(
    container: HTMLElement,
    shown: ShownResult,
    private readonly context: ResultViewContext,
  ) {
    registerComponents();
    const { channel, place, styles, state } = context;
    this.state = state;
    this.data = new ResultData(channel, shown.runs, shown.runs.length > 1 && shown.compare !== false);
    this.tabs = new Tabs(t("Views of the result"), this.makeTabs(shown), (tab) => this.keep({ tab }));
    const root = container.shadowRoot ?? container.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    root.adoptedStyleSheets = [sheet];
    const header = h("header", { class: "view-header" }, this.tabs.list, place === "notebook" && this.openButton());
    root.replaceChildren(
      h(
        "section",
        { class: `result-view ${place}`, onkeydown: keepKeys },
        place === "panel" && h("h1", { class: "for-screen-readers" }, t("Result of the evaluation")),
        header,
        this.problem,
        this.tabs.panels,
      ),
    );
    this.tabs.select(state.tab !== undefined && this.tabs.has(state.tab) ? state.tab : "results");
    this.stopListening = channel.onNotification((changed) => this.onChange(changed));
  }

  dispose(): void {
    this.stopListening();
  }

  private makeTabs(shown: ShownResult): Tab[] {
    return [
      { id: "results", label: t("Results"), open: () => new ResultsTab(this.data, shown) },
      { id: "charts", label: t("Charts"), open: () => new ChartsTab(this.data, shown.plots) },
      { id: "subjects", label: t("Subjects"), open: () => new SubjectsTab(this.data) },
      ...(this.data.compares
        ? [{ id: "comparison", label: t("Comparison"), open: () => new ComparisonTab(this.data, this.showFlips) }]
        : []),
      { id: "items", label: t("Items"), open: () => this.openItems() },
      { id: "export", label: t("Export"), open: () => new ExportTab(this.data, shown.plots) },
    ];
  }

  private openItems(): ItemsTab {
    const kept = this.state.items ?? { filter: { outcome: "all" } };
    this.items = new ItemsTab(this.data, kept, (items) => this.keep({ items }));
    return this.items;
  }

  private readonly showFlips = (benchmark: string): void => {
    const filter = { outcome: "flipped" } as const;
    if (this.items === undefined) this.keep({ items: { benchmark, filter } });
    else this.items.show(benchmark, filter);
    this.tabs.select("items");
  };

  private openButton(): HTMLElement {
    return button(t("Open full size"), {
      class: "open-full",
      appearance: "secondary",
      onclick: () => this.openFull(),
    });
  }

  private openFull(): void {
    const { channel, runs, compares } = this.data;
    channel.request("openPanel", { runs: [...runs], ...(runs.length > 1 && { compare: compares }) }).then(
      () => fill(this.problem),
      (error: unknown) => fill(this.problem, problemNotice(problemOf(error))),
    );
  }

  private keep(change: Partial<PageState>): void {
    this.state = { ...this.state, ...change };
    this.context.keepState(this.state);
  }

  private onChange({ runs }: ResultNotification): void {
    if (!runs.some((run) => this.data.runs.includes(run))) return;
    this.data.forget();
    this.tabs.refresh();
  }
}

/**
 * The editor takes keys that reach the window as commands of the notebook: a letter typed in a field, or Enter on a
 * button, would change cells. Escape, Tab, function keys and shortcuts go on to it.
 */
function keepKeys(event: KeyboardEvent): void {
  const isShortcut = event.ctrlKey || event.metaKey || event.altKey;
  if (!isShortcut && !/^(Escape|Tab|F\d+)$/.test(event.key)) event.stopPropagation();
}
