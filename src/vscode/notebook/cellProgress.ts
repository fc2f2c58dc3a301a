import * as vscode from "vscode";
import { Markdown, markdown } from "../../core/markdown.ts";
import type { RunEvent } from "../../core/runs/events.ts";
import { formatAmount, type Progress } from "../../core/runs/progress.ts";
import { describeProgress } from "../runs/runProgress.ts";
import { markdownItem } from "./cellOutputs.ts";

const drawInterval = 250;
const barWidth = 20;
/** The latest so many of a model's warnings are shown; all are in the run's log. */
const warningsShown = 3;

interface Line {
  phase: string;
  progress?: Progress;
  accuracy?: Extract<RunEvent, { type: "metric" }>;
  /** Items that could not be evaluated. */
  failed: number;
  /** Of the present session. */
  warnings: string[];
  done: boolean;
}

/** The output of a cell while it runs: a line a model with how far it is and the accuracy so far. */
export class CellProgress {
  private readonly lines = new Map<string, Line>();
  private readonly notes: string[] = [];
  private readonly output = new vscode.NotebookCellOutput([]);
  private status = "";
  private shown = "";
  private added = false;
  private ended = false;
  /** One update after the other: an earlier one must not overtake a later. */
  private drawing: Promise<void> = Promise.resolve();

  private readonly timer = setInterval(() => this.draw(), drawInterval);

  constructor(private readonly execution: vscode.NotebookCellExecution) {}

  /** What goes on before the first model is loaded. */
  message(text: string): void {
    this.status = text;
    this.draw();
  }

  /** Something to know about how the runs were chosen. */
  note(text: string): void {
    this.notes.push(text);
  }

  add(model: string, event: RunEvent, progress: Progress | undefined): void {
    const line = this.lines.get(model) ?? { phase: "", failed: 0, warnings: [], done: false };
    this.lines.set(model, line);
    this.status = "";
    if (event.type === "started") line.warnings = [];
    else if (event.type === "phase") line.phase = event.title;
    else if (event.type === "warning") line.warnings.push(event.message);
    else if (event.type === "progress") line.failed = event.done["failed"] ?? 0;
    else if (event.type === "metric" && event.name === "accuracy") line.accuracy = event;
    line.progress = progress;
  }

  done(model: string): void {
    const line = this.lines.get(model);
    if (line !== undefined) line.done = true;
  }

  /**
   * Draws the last state, which stays unless something replaces it. Nothing is drawn after that.
   * @param status why it is the last
   */
  async end(status: string): Promise<void> {
    clearInterval(this.timer);
    this.ended = true;
    this.status = status;
    this.draw();
    await this.drawing;
  }

  private draw(): void {
    const text = this.text();
    if (text.source === this.shown || text.source === "") return;
    this.shown = text.source;
    const items = [markdownItem(text)];
    this.drawing = this.drawing.then(async () => {
      if (this.added) return await this.execution.replaceOutputItems(items, this.output);
      this.added = true;
      this.output.items = items;
      await this.execution.replaceOutput([this.output]);
    });
  }

  private text(): Markdown {
    const lines = [...this.lines].flatMap(([model, line]) => [
      markdown`- **${model}** ${describe(line, this.ended)}`,
      ...describeWarnings(line),
    ]);
    const texts = [this.status, ...this.notes].map((text) => markdown`${text}`);
    return Markdown.paragraphs([Markdown.join(lines, "\n"), ...texts]);
  }
}

function describeWarnings({ warnings }: Line): Markdown[] {
  const hidden = warnings.length - warningsShown;
  const more = hidden > 0 ? [vscode.l10n.t("{0} earlier warnings are in the run's log", hidden)] : [];
  const shown = warnings.slice(-warningsShown).map((message) => `⚠ ${message}`);
  return [...more, ...shown].map((text) => markdown`  - ${text}`);
}

/** @param ended nothing goes on: neither a rate nor the time left is said then */
function describe({ phase, progress, accuracy, failed, done }: Line, ended: boolean): Markdown {
  if (progress === undefined) return markdown`${phase}`;
  const filled = progress.total === 0 ? barWidth : Math.floor((barWidth * progress.done) / progress.total);
  const bar = Markdown.code("█".repeat(filled) + "░".repeat(barWidth - filled));
  const parts = [ended ? formatAmount(progress) : describeProgress(progress)];
  if (failed > 0) parts.push(vscode.l10n.t("{0} failed", failed));
  if (accuracy !== undefined) {
    const interval = accuracy.interval?.map((bound) => bound.toFixed(3)).join(", ");
    const range = interval === undefined ? "" : ` [${interval}]`;
    parts.push(vscode.l10n.t("accuracy so far {0}", `${accuracy.value.toFixed(3)}${range}`));
  }
  return markdown`${done ? "✓" : bar} · ${parts.join(" · ")}`;
}
