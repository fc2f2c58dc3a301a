import type * as Charts from "../charts/index.ts";
import type { ChartContent } from "../charts/index.ts";
import { t } from "../../src/core/pages/texts.ts";
import type { Comparison } from "../../src/core/reports/comparison.ts";
import type { Report } from "../../src/core/reports/report.ts";
import { Loading, emptyNotice, problemOf } from "../components/loading.ts";
import type { TabContent } from "../components/tabs.ts";
import { Dropdown } from "../components/toolkit.ts";
import { fill, h } from "../dom.ts";
import { ChartSection } from "./chartSection.ts";
import type { ResultData } from "./resultData.ts";
import { saveFile } from "./saving.ts";

type ChartsModule = typeof Charts;

/** In place of a benchmark's name: all of them. */
const all = "";

/** After the last change of the width, in milliseconds, before the charts are drawn anew. */
const resizeDelay = 200;

/** The charts of a result, each under its heading. The code that draws them is loaded with the first. */
export class ChartsTab implements TabContent {
  readonly element = h("div", { class: "charts-tab" });
  private readonly benchmark = new Dropdown(t("Benchmark"), (benchmark) => {
    this.chosen = benchmark;
    this.drawAll();
  });
  private readonly crowdedNote = h("p", { class: "quiet", hidden: true });
  private readonly loading: Loading<{ module: ChartsModule; report: Report }>;
  private readonly sections = new Map<string, ChartSection>();
  private module: ChartsModule | undefined;
  private report: Report = { v: 1, runs: [] };
  /** Undefined until it is known, and the reason where the runs cannot be compared. */
  private comparison: Comparison | null | undefined | string;
  private chosen = all;
  /** Ids of charts that are to be drawn. */
  private readonly due = new Set<string>();
  private readonly crowded = new Set<string>();
  private isDrawing = false;
  private width = 0;

  constructor(
    private readonly data: ResultData,
    private readonly plots: readonly string[] | undefined,
  ) {
    this.loading = new Loading(
      this.element,
      t("Drawing the charts"),
      async () => {
        const [module, { report }] = await Promise.all([import("../charts/index.ts"), data.report()]);
        return { module, report };
      },
      ({ module, report }) => this.show(module, report),
    );
    void this.loading.reload();
    this.followWidth();
  }

  refresh(): void {
    void this.loading.reload();
  }

  private show(module: ChartsModule, report: Report): void {
    this.module = module;
    this.report = report;
    if (report.runs.length === 0) {
      this.due.clear();
      fill(this.element, emptyNotice(t("There is nothing to draw: no run folder is there, or none has an item yet.")));
      return;
    }
    const benchmarks = module.benchmarksOf(report);
    const choices = [all, ...benchmarks].map((value) => ({
      value,
      label: value === all ? t("All benchmarks") : value,
    }));
    if (!benchmarks.includes(this.chosen)) this.chosen = all;
    this.benchmark.offer(choices, this.chosen);
    for (const chart of this.asked()) this.sectionOf(chart);
    const controls = h("div", { class: "filters", hidden: benchmarks.length < 2 }, this.benchmark.element);
    const sections = [...this.sections.values()].map(({ element }) => element);
    fill(this.element, controls, this.crowdedNote, sections);
    this.drawAll();
    void this.compare();
  }

  private sectionOf(chart: Charts.Chart): ChartSection {
    const section = this.sections.get(chart.id) ?? new ChartSection(chart, (content) => this.save(chart, content));
    this.sections.set(chart.id, section);
    return section;
  }

  private asked(): readonly Charts.Chart[] {
    return this.module!.chartsFor(this.plots, this.data.compares);
  }

  /** The comparison takes longer than the rest: the charts that show something of it are drawn once it is here. */
  private async compare(): Promise<void> {
    const before = this.comparison;
    try {
      this.comparison = await this.data.comparison();
    } catch (error) {
      this.comparison = problemOf(error).message;
    }
    if (this.comparison === before) return;
    await this.drawSome(this.asked().filter(({ needs, usesComparison }) => needs.compared ?? usesComparison));
  }

  private drawAll(): void {
    this.width = this.element.clientWidth;
    void this.drawSome(this.asked());
  }

  /** One chart after the other, so that the page answers its user in between. */
  private async drawSome(charts: readonly Charts.Chart[]): Promise<void> {
    for (const { id } of charts) this.due.add(id);
    if (this.isDrawing) return;
    this.isDrawing = true;
    try {
      for (let chart = this.nextDue(); chart !== undefined; chart = this.nextDue()) {
        this.due.delete(chart.id);
        if (this.draw(chart)) this.crowded.add(chart.title());
        else this.crowded.delete(chart.title());
        await nextTask();
      }
    } finally {
      this.isDrawing = false;
    }
    const [first = ""] = this.module!.benchmarksOf(this.report);
    fill(
      this.crowdedNote,
      t("Too much for one picture, so of {0} alone: {1}. Choose another above.", first, [...this.crowded].join(", ")),
    );
    this.crowdedNote.hidden = this.crowded.size === 0;
  }

  private nextDue(): Charts.Chart | undefined {
    return this.asked().find(({ id }) => this.due.has(id));
  }

  /** Returns whether the picture shows one benchmark because all would be too much for it. */
  private draw(chart: Charts.Chart): boolean {
    const { comparison, chosen } = this;
    const section = this.sectionOf(chart);
    const { onBenchmark, benchmarksOf } = this.module!;
    const whole: ChartContent = { report: this.report, comparison: typeof comparison === "object" ? comparison : null };
    const crowded = chosen === all && chart.crowded(whole.report, whole.comparison);
    if (chart.needs.compared && comparison === undefined) section.say(t("The runs are being compared item by item."));
    else if (chart.needs.compared && typeof comparison === "string") section.say(comparison);
    else {
      const [first = ""] = benchmarksOf(this.report);
      const content = chosen !== all || crowded ? onBenchmark(whole, crowded ? first : chosen) : whole;
      section.draw(content, Math.max(320, Math.min(900, (this.width || 820) - 20)));
    }
    return crowded;
  }

  private async save(chart: Charts.Chart, content: ChartContent): Promise<string> {
    const { chartFile } = await import("../charts/reportFile.ts");
    return await saveFile(this.data.channel, { ...chartFile(chart, content, document), format: "svg" });
  }

  private followWidth(): void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    new ResizeObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const width = this.element.clientWidth;
        const isOther = width > 0 && this.width > 0 && Math.abs(width - this.width) > 8;
        if (isOther && this.module !== undefined && this.report.runs.length > 0) this.drawAll();
      }, resizeDelay);
    }).observe(this.element);
  }
}

function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
