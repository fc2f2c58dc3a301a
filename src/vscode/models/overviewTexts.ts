import * as vscode from "vscode";
import { formatCount } from "../../core/formatting.ts";
import type { ModelOverview } from "../../core/models/modelOverview.ts";

type Text = string | undefined;

/** What is known of a model, in words; undefined what is not. */
export function overviewTexts(
  overview: ModelOverview | undefined,
): Record<"architecture" | "count" | "parameters" | "quantization" | "context", Text> {
  const { architecture, parameterCount, quantization, trainContextLength } = overview ?? {};
  const count = parameterCount === undefined ? undefined : formatCount(parameterCount);
  return {
    architecture,
    count,
    parameters: count === undefined ? undefined : vscode.l10n.t("{0} parameters", count),
    quantization,
    context: trainContextLength === undefined ? undefined : vscode.l10n.t("context {0}", trainContextLength),
  };
}

/** On one line, as far as they are known. */
export function joinKnown(...texts: readonly Text[]): string {
  return known(texts).join(" · ");
}

export function known(texts: readonly Text[]): string[] {
  return texts.filter((text) => text !== undefined);
}
