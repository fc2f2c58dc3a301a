import path from "node:path";
import * as vscode from "vscode";
import { isOwnQuestionsPath } from "../../core/benchmarks/ownQuestions.ts";
import { resolveBenchmark } from "../../core/benchmarks/registry.ts";
import {
  asList,
  evaluationConfigurationSchema,
  type EvaluationConfiguration,
} from "../../core/evaluation/configuration.ts";
import { isResultStale } from "../../core/notebook/result.ts";
import { readYaml } from "../../core/yaml/readYaml.ts";
import { cellLanguages, evaluationCell } from "./cellMetadata.ts";

export const showPromptCommand = "medley.showCellPrompt";

/** Under each evaluation cell: model, protocol, number of items, the way to the prompt. */
export class CellStatusBar implements vscode.NotebookCellStatusBarItemProvider {
  /**
   * @param waitOf what a cell waits for before it runs
   * @param onDidChangeCellStatusBarItems fires when that has changed
   */
  constructor(
    private readonly waitOf: (cell: vscode.NotebookCell) => string | undefined,
    readonly onDidChangeCellStatusBarItems: vscode.Event<void>,
  ) {}

  provideCellStatusBarItems(cell: vscode.NotebookCell): vscode.NotebookCellStatusBarItem[] {
    if (cell.document.languageId !== cellLanguages.evaluation) return [];
    const wait = this.waitOf(cell);
    const waiting = wait === undefined ? [] : [waitItem(wait)];
    return [...waiting, ...this.items(cell)];
  }

  private items(cell: vscode.NotebookCell): vscode.NotebookCellStatusBarItem[] {
    const { value } = readYaml(cell.document.getText(), evaluationConfigurationSchema);
    if (value === undefined) return [];
    const items = [
      statusItem(`$(chip) ${modelText(value)}`, asList(value.models).join("\n")),
      statusItem(
        `$(law) ${protocolText(value)}`,
        vscode.l10n.t("How questions become prompts, and answers predictions"),
      ),
    ];
    const count = itemsText(value);
    if (count !== undefined) items.push(statusItem(`$(list-ordered) ${count}`, vscode.l10n.t("Items of each draw")));
    items.push(promptItem(cell));
    if (isResultStale(evaluationCell(cell))) {
      const text = `$(warning) ${vscode.l10n.t("Result of an earlier version")}`;
      items.push(statusItem(text, vscode.l10n.t("The cell has changed since. Run it to renew the result.")));
    }
    return items;
  }
}

function statusItem(text: string, tooltip: string): vscode.NotebookCellStatusBarItem {
  const item = new vscode.NotebookCellStatusBarItem(text, vscode.NotebookCellStatusBarAlignment.Left);
  item.tooltip = tooltip;
  item.accessibilityInformation = { label: text.replace(/\$\([a-z-]+\) /, "") };
  return item;
}

function waitItem(wait: string): vscode.NotebookCellStatusBarItem {
  const tooltip = vscode.l10n.t(
    "One evaluation works at a time, so that its model has the memory to itself. Stop the cell to give up waiting.",
  );
  return statusItem(`$(watch) ${wait}`, tooltip);
}

function promptItem(cell: vscode.NotebookCell): vscode.NotebookCellStatusBarItem {
  const tooltip = vscode.l10n.t("Show what the model is asked for the first item");
  const item = statusItem(`$(comment) ${vscode.l10n.t("Show Prompt")}`, tooltip);
  item.command = { title: tooltip, command: showPromptCommand, arguments: [cell] };
  return item;
}

function modelText({ models }: EvaluationConfiguration): string {
  const [first, ...others] = asList(models);
  const name = path.basename(first!);
  return others.length === 0 ? name : vscode.l10n.t("{0} and {1} more", name, others.length);
}

function protocolText({ protocol, shots }: EvaluationConfiguration): string {
  const id = typeof protocol === "string" ? protocol : protocol.id;
  return typeof shots === "number" ? vscode.l10n.t("{0}, {1}-shot", id, shots) : id;
}

/** Undefined where it cannot be told without reading files: of own questions, or of published versions that differ. */
function itemsText({ benchmark, questions = [], limit, items }: EvaluationConfiguration): string | undefined {
  if (items !== undefined) return undefined;
  const entries = asList(benchmark);
  if (entries.some(isOwnQuestionsPath)) return undefined;
  const definitions = entries.flatMap((id) => {
    try {
      return resolveBenchmark(id).definitions;
    } catch {
      // An unknown id is underlined in the cell.
      return [];
    }
  });
  const asked = questions.filter(({ split }) => split !== "shots").length;
  const sizes = [...(asked > 0 ? [asked] : []), ...[...new Set(definitions)].map(({ sizes: [size] }) => size)];
  if (sizes.length === 0 || sizes.includes(undefined)) return undefined;
  const counts = (sizes as number[]).map((size) => Math.min(size, limit ?? Infinity));
  return vscode.l10n.t(
    "n = {0}",
    counts.reduce((sum, count) => sum + count, 0),
  );
}
