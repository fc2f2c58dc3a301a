import { t } from "../../src/core/pages/texts.ts";
import type {
  PlanNotification,
  PlanPageContract,
  PlanPanelState,
  PlanParams,
} from "../../src/core/merge/plan/view/messages.ts";
import type { MergeView, PlanView } from "../../src/core/merge/plan/view/schema.ts";
import { problemNotice, problemOf } from "../components/loading.ts";
import { Tabs } from "../components/tabs.ts";
import { registerComponents } from "../components/toolkit.ts";
import { fill, h } from "../dom.ts";
import type { Channel } from "../messaging.ts";
import { FactsTab } from "./factsTab.ts";
import { LayersTab } from "./layersTab.ts";
import { ParametersTab } from "./parametersTab.ts";
import { PlanHeader } from "./planHeader.ts";
import { TensorsTab } from "./tensorsTab.ts";

/** Where the page is drawn, and its way to the extension host. */
export interface PlanPageContext {
  readonly styles: readonly string[];
  /** What the page is restored from. */
  readonly state: PlanPanelState;
  readonly channel: Channel<PlanPageContract>;
  keepState(state: PlanPanelState): void;
}

/** The page of the panel "Merge plan". Text that cannot be planned leaves what was shown, marked as out of date. */
export class PlanPage {
  private readonly header: PlanHeader;
  private readonly tabs: Tabs;
  private readonly body = h("div", { class: "plan-body", hidden: true });
  private readonly problem = h("div", { class: "notices" });
  private state: PlanPanelState;
  private plan: PlanView | undefined;
  private version = 0;
  private layers: LayersTab | undefined;
  /** By name: what could last be shown of each merge. */
  private readonly lastGood = new Map<string | null, MergeView>();

  constructor(
    container: HTMLElement,
    private readonly context: PlanPageContext,
  ) {
    registerComponents();
    this.state = context.state;
    const { channel } = context;
    this.header = new PlanHeader({
      choose: (merge) => this.choose(merge),
      goTo: (line, column) => this.goTo(line, column),
    });
    this.tabs = new Tabs(t("Views of the plan"), this.makeTabs(), (tab) => this.keep({ tab }));
    this.body.append(h("header", { class: "view-header" }, this.tabs.list), this.tabs.panels);
    const root = container.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = context.styles.map((text) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      return sheet;
    });
    root.replaceChildren(
      h("section", { class: "result-view panel plan-view" }, this.header.element, this.problem, this.body),
    );
    this.header.showWaiting();
    channel.onNotification((message) => this.receive(message));
    void this.ask(channel.request("ready", {}));
  }

  private receive(message: PlanNotification): void {
    switch (message.type) {
      case "plan":
        return this.showPlan(message);
      case "problem":
        return this.showProblem(message);
      case "place":
        if (message.merge === this.merge?.name) this.layers?.markPlace(message);
    }
  }

  private makeTabs() {
    const shown = () => ({ merge: this.merge!, version: this.version });
    const { channel } = this.context;
    const reveal = (place: PlanParams<"reveal">) => void this.ask(channel.request("reveal", place));
    return [
      { id: "layers", label: t("Layers"), open: () => (this.layers = new LayersTab(shown, reveal)) },
      { id: "parameters", label: t("Parameters"), open: () => new ParametersTab(shown) },
      { id: "tensors", label: t("Tensors"), open: () => new TensorsTab(shown, channel) },
      { id: "about", label: t("Details"), open: () => new FactsTab(shown) },
    ];
  }

  /** The chosen merge, as it is or as it last could be shown. */
  private get merge(): MergeView | undefined {
    const merges = this.plan?.merges ?? [];
    const named = (wanted: string | null | undefined) => merges.find(({ name }) => name === wanted);
    const chosen = named(this.state.merge) ?? named(null) ?? merges.at(-1);
    if (chosen === undefined || chosen.state !== "failed") return chosen;
    return this.lastGood.get(chosen.name) ?? chosen;
  }

  private showPlan({ uri, file, version, plan }: Extract<PlanNotification, { type: "plan" }>): void {
    this.changeDocument(uri);
    this.plan = plan;
    this.version = version;
    for (const merge of plan.merges) if (merge.state !== "failed") this.lastGood.set(merge.name, merge);
    fill(this.problem);
    this.draw(file);
  }

  private showProblem({ uri, file, ...problem }: Extract<PlanNotification, { type: "problem" }>): void {
    this.changeDocument(uri);
    const { line, column = 1 } = problem;
    const goTo = line === undefined ? undefined : () => this.goTo(line, column);
    if (this.plan !== undefined) return this.header.showOutdated(problem, goTo);
    this.header.showEmpty(file);
    this.body.hidden = true;
    fill(this.problem, problemNotice(problem));
  }

  private goTo(line: number, column: number): void {
    void this.ask(this.context.channel.request("goTo", { line, column }));
  }

  /** What the host cannot do is said above what is shown. */
  private async ask(asked: Promise<unknown>): Promise<void> {
    try {
      await asked;
    } catch (error) {
      fill(this.problem, problemNotice(problemOf(error)));
    }
  }

  private changeDocument(uri: string): void {
    if (uri === this.state.uri) return;
    this.plan = undefined;
    this.lastGood.clear();
    this.keep({ uri, merge: undefined });
  }

  private choose(merge: string | null): void {
    this.keep({ merge });
    this.draw(this.header.file);
  }

  private draw(file: string): void {
    const merge = this.merge!;
    const actual = this.plan!.merges.find(({ name }) => name === merge.name) ?? merge;
    this.header.show(file, this.plan!, merge, actual);
    const isEmpty = merge.blocks.length === 0;
    this.body.hidden = isEmpty;
    if (isEmpty) return;
    if (this.tabs.selected === "") this.tabs.select(this.tabs.has(this.state.tab ?? "") ? this.state.tab! : "layers");
    else this.tabs.refresh();
  }

  private keep(change: Partial<PlanPanelState>): void {
    this.state = { ...this.state, ...change };
    this.context.keepState(this.state);
  }
}
