import * as vscode from "vscode";
import { promptReport } from "../../core/reports/promptReport.ts";
import type { Services } from "../common/services.ts";
import type { Settings } from "../common/settings.ts";
import { withCancellableProgress } from "../common/taskProgress.ts";

/**
 * Builds the prompts of a configuration's items, and describes the first one of each benchmark.
 * @param configuration as the user gave it; with a model, which is loaded then, its tokens are there too
 * @param baseFolder folder that its relative paths start from
 * @throws CancelledError when the user gives up waiting; otherwise what is wrong with the configuration, data or model
 */
export async function buildPrompts(
  { runs, models }: Pick<Services, "runs" | "models">,
  configuration: Record<string, unknown>,
  baseFolder: string,
  settings: Settings,
): Promise<{ readonly title: string; readonly markdown: string }> {
  const prompts = await withCancellableProgress(vscode.l10n.t("Building the prompt"), (signal) =>
    runs.describePrompts(configuration, baseFolder, settings, signal, models.lender),
  );
  const first = prompts.filter(
    ({ benchmark }, index) => prompts.findIndex((other) => other.benchmark === benchmark) === index,
  );
  return { title: vscode.l10n.t("Prompt of {0}", first[0]!.item), markdown: promptReport(first) };
}
