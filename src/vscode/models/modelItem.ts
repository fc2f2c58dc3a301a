import path from "node:path";
import * as vscode from "vscode";
import { formatBytes } from "../../core/formatting.ts";
import { Markdown, markdown } from "../../core/markdown.ts";
import type { KvCacheType } from "../../core/models/loadSettings.ts";
import { judgeFit, type Fit, type Memory } from "../../core/models/memoryNeed.ts";
import type { ModelListing } from "../../core/models/modelListing.ts";
import type { ModelOverview } from "../../core/models/modelOverview.ts";
import { withoutOverrides } from "../../core/reports/table.ts";
import type { FileMemoryNeed } from "../../node/backends/backend.ts";
import { backends } from "../../node/backends/registry.ts";
import { markdownString } from "../common/markdownString.ts";
import type { CatalogRun } from "../runs/runCatalog.ts";
import { titleOf } from "../runs/runItem.ts";
import type { LoadState } from "./modelService.ts";
import { joinKnown, known, overviewTexts } from "./overviewTexts.ts";

/** A model as the view shows it. */
export interface ModelNode {
  readonly listing: ModelListing;
  /** Where it lies below the folder that was searched; empty when it lies in that itself. */
  readonly subfolder: string;
  /** Whether this window holds it. */
  readonly state: LoadState | undefined;
  /** Evaluations that have loaded it. */
  readonly runs: readonly CatalogRun[];
  /** Undefined where the settings are wrong, which the view says: memory is not judged then. */
  readonly kvCacheType: KvCacheType | undefined;
}

/** Name of the file, which tells variants of a model apart, without what all have. */
export function modelName({ path: file }: Pick<ModelListing, "path">): string {
  return withoutOverrides(backends.fileModelName(file));
}

/** How a model is shown in the tree; its tooltip is made when somebody asks for it. */
export function modelItem(node: ModelNode, memory: Memory): vscode.TreeItem {
  const { listing, state, subfolder } = node;
  const item = new vscode.TreeItem(modelName(listing));
  item.id = listing.path;
  const place = subfolder === "" ? [] : [subfolder];
  const details = [...stateTexts(node), ...facts(node, memory), ...place].map(withoutOverrides);
  item.description = details.join(" · ");
  item.iconPath = iconOf(node, memory);
  item.contextValue = listing.problem === undefined ? `model:usable:${state ?? "unloaded"}` : "model:broken";
  // Read aloud, a number alone does not say what it counts.
  const { count, parameters } = overviewTexts(listing.overview);
  const spoken = details.map((text) => (text === count ? parameters : text));
  item.accessibilityInformation = { label: [modelName(listing), ...spoken].join(", ") };
  return item;
}

function stateTexts({ listing, state, runs }: ModelNode): string[] {
  const texts: string[] = [];
  if (listing.problem !== undefined) texts.push(listing.problem.message);
  if (state === "loading") texts.push(vscode.l10n.t("loading …"));
  if (state === "loaded") texts.push(vscode.l10n.t("loaded"));
  for (const run of runs) texts.push(vscode.l10n.t("in use by {0}", titleOf(run)));
  return texts;
}

function facts(node: ModelNode, memory: Memory): string[] {
  const { overview, bytes } = node.listing;
  const { architecture, count, quantization, context } = overviewTexts(overview);
  // What it takes is no longer available to it.
  const need = node.state === undefined && node.runs.length === 0 ? needOf(node) : undefined;
  const fit = need && fitText(judgeFit(need, memory));
  return known([count, quantization, formatBytes(bytes), fit, architecture, context]);
}

function fitText(fit: Fit): string {
  switch (fit) {
    case "fits":
      return vscode.l10n.t("fits");
    case "machine":
      return vscode.l10n.t("does not fit now");
    case "never":
      return vscode.l10n.t("too large for this machine");
  }
}

/** Undefined where nothing can be said of it. */
export function needOf({ listing, kvCacheType }: ModelNode): FileMemoryNeed | undefined {
  return kvCacheType && backends.memoryNeed(listing, { kvCacheType });
}

function iconOf(node: ModelNode, memory: Memory): vscode.ThemeIcon {
  const { listing, state, runs } = node;
  const warning = new vscode.ThemeColor("list.warningForeground");
  if (listing.problem !== undefined) return new vscode.ThemeIcon("warning", warning);
  if (state === "loading") return new vscode.ThemeIcon("loading~spin");
  if (state === "loaded") return new vscode.ThemeIcon("pass-filled", new vscode.ThemeColor("testing.iconPassed"));
  if (runs.length > 0) return new vscode.ThemeIcon("beaker", new vscode.ThemeColor("testing.runAction"));
  const need = needOf(node);
  return new vscode.ThemeIcon("chip", need === undefined || judgeFit(need, memory) === "fits" ? undefined : warning);
}

/** Everything that is known, and what was assumed. */
export function modelTooltip(node: ModelNode, memory: Memory): vscode.MarkdownString {
  const { listing } = node;
  const { overview, problem, files, bytes } = listing;
  const size = formatBytes(bytes);
  const lines = [
    ...stateTexts(node),
    ...(problem?.hint === undefined ? [] : [problem.hint]),
    ...(overview === undefined ? [] : describeModel(listing, overview)),
    files.length === 1 ? size : vscode.l10n.t("{0} in {1} files", size, files.length),
    ...describeMemory(node, memory),
    listing.path,
  ];
  const texts = lines.map((line) => Markdown.text(withoutOverrides(line)));
  return markdownString(Markdown.paragraphs([markdown`**${modelName(listing)}**`, ...texts]));
}

function describeModel({ path: file }: ModelListing, overview: ModelOverview): string[] {
  const { name, trainContextLength, hasChatTemplate, notices = [] } = overview;
  const { architecture, parameters, quantization } = overviewTexts(overview);
  return [
    ...(name === path.basename(file) ? [] : [name]),
    joinKnown(architecture, parameters, quantization),
    trainContextLength === undefined
      ? vscode.l10n.t("The file does not say for which context it was trained.")
      : vscode.l10n.t("Trained for a context of {0} tokens", trainContextLength),
    hasChatTemplate === true ? vscode.l10n.t("With a chat template") : vscode.l10n.t("Without a chat template"),
    ...notices.map(({ message }) => message),
  ];
}

function describeMemory(node: ModelNode, memory: Memory): string[] {
  const { kvCacheType } = node;
  const need = needOf(node);
  if (need === undefined || kvCacheType === undefined) return [];
  const unknown = vscode.l10n.t("unknown");
  const amount = (bytes: number | undefined): string => (bytes === undefined ? unknown : formatBytes(bytes));
  return [
    vscode.l10n.t(
      "Needs {0} of memory: weights {1}, attention cache {2}, working memory about {3}.",
      formatBytes(need.total),
      formatBytes(need.weights),
      amount(need.kvCache),
      amount(need.working),
    ),
    vscode.l10n.t(
      "Assumed: a context of {0} tokens (the model's own, at most 4096), cache in {1} (medley.kvCacheType), one question at a time.",
      need.contextLength,
      kvCacheType,
    ),
    vscode.l10n.t(
      "{0} of {1} are available on this machine now. Memory of a GPU is not counted.",
      formatBytes(memory.available),
      formatBytes(memory.total),
    ),
  ];
}
