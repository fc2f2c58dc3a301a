import * as vscode from "vscode";
import type { RunEvent } from "../../core/runs/events.ts";
import type { Progress } from "../../core/runs/progress.ts";
import { escapeMarkdown } from "../../core/reports/table.ts";
import { describeProgress } from "../runs/runProgress.ts";
import { markdownItem } from "./cellOutputs.ts";

const drawInterval = 250;
const barWidth = 20;

interface Line {
  phase: string;
  progress?: Progress;
  accuracy?: Extract<RunEvent, { type: "metric" }>;
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
    const line = this.lines.get(model) ?? { phase: "", done: false };
    this.lines.set(model, line);
    this.status = "";
    if (event.type === "phase") line.phase = event.title;
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
    this.status = status;
    this.draw();
    await this.drawing;
  }

  private draw(): void {
    const text = this.text();
    if (text === this.shown || text === "") return;
    this.shown = text;
    const items = [markdownItem(text)];
    this.drawing = this.drawing.then(async () => {
      if (this.added) return await this.execution.replaceOutputItems(items, this.output);
      this.added = true;
      this.output.items = items;
      await this.execution.replaceOutput([this.output]);
    });
  }

  private text(): string {
    const lines = [...this.lines].map(([model, line]) => `- **${escapeMarkdown(model)}** ${describe(line)}`);
    const notes = this.notes.map((note) => escapeMarkdown(note));
    return [lines.join("\n"), this.status, ...notes].filter((part) => part !== "").join("\n\n");
  }
}

function describe({ phase, progress, accuracy, done }: Line): string {
  if (progress === undefined) return escapeMarkdown(phase);
  const filled = progress.total === 0 ? barWidth : Math.floor((barWidth * progress.done) / progress.total);
  const bar = `\`${"█".repeat(filled)}${"░".repeat(barWidth - filled)}\``;
  const parts = [done ? "✓" : bar, describeProgress(progress)];
  if (accuracy !== undefined) {
    const interval = accuracy.interval?.map((bound) => bound.toFixed(3)).join(", ");
    const range = interval === undefined ? "" : ` [${interval}]`;
    parts.push(vscode.l10n.t("accuracy so far {0}", `${accuracy.value.toFixed(3)}${range}`));
  }
  return parts.join(" · ");
}
