import * as vscode from "vscode";
import { checkpointName, ggufOf } from "../../core/merge/plan/resultModels.ts";
import { cellLanguages } from "../notebook/cellMetadata.ts";

/** A checkpoint that is to be evaluated, with the GGUF file that llama.cpp runs in its place. */
export interface EvaluatedModel {
  /** As the configuration names it; the output folder for the result. */
  readonly checkpoint: string;
  /** Relative to the workspace folder. */
  readonly gguf: string;
  readonly exists: boolean;
}

/**
 * @param result folder of the merged checkpoint, relative to the workspace folder
 * @param files the GGUF files of the workspace, likewise
 */
export function evaluatedModels(result: string, models: readonly string[], files: readonly string[]): EvaluatedModel[] {
  return [...models, result].map((checkpoint) => {
    const found = ggufOf(checkpoint, files);
    if (found !== undefined) return { checkpoint, gguf: found, exists: true };
    const gguf = checkpoint === result ? `${result}.gguf` : `models/${checkpointName(checkpoint)}.gguf`;
    return { checkpoint, gguf, exists: false };
  });
}

/** The cells of the notebook: what is compared, how to convert what is not GGUF yet, and the evaluation. */
export function notebookCells(configuration: string, models: readonly EvaluatedModel[]): vscode.NotebookCellData[] {
  const missing = models.filter(({ exists }) => !exists);
  const evaluation = [
    "benchmark: sample",
    "models:",
    ...models.map(({ gguf }) => `  - ${/^[\w./-]+$/.test(gguf) ? gguf : JSON.stringify(gguf)}`),
    "protocol: lm-eval",
    "shots: 3",
    "compare: paired",
  ];
  return [
    markdown(introduction(configuration)),
    ...(missing.length === 0 ? [] : [markdown(conversion(missing))]),
    new vscode.NotebookCellData(vscode.NotebookCellKind.Code, evaluation.join("\n"), cellLanguages.evaluation),
  ];
}

function introduction(configuration: string): string {
  return [
    `# ${vscode.l10n.t("Evaluation of {0}", configuration)}`,
    vscode.l10n.t(
      "The models that were merged and the result, asked the same questions and compared item by item. Convert all of them to the same type: otherwise the comparison measures the quantization as well.",
    ),
    vscode.l10n.t(
      "`sample` are the bundled questions, to see that everything works. For the study itself name its benchmarks, for example `[medqa-4, medmcqa, pubmedqa, mmlu-medical-6]`.",
    ),
  ].join("\n\n");
}

function conversion(missing: readonly EvaluatedModel[]): string {
  const commands = missing.map(
    ({ checkpoint, gguf }) =>
      `python convert_hf_to_gguf.py ${quoted(checkpoint)} --outtype bf16 --outfile ${quoted(gguf)}`,
  );
  return [
    `## ${vscode.l10n.t("Before the first run")}`,
    vscode.l10n.t(
      "Medley evaluates GGUF files, and does not convert checkpoints itself. The script `convert_hf_to_gguf.py` of llama.cpp does; in its folder, with paths that are right from there:",
    ),
    ["```sh", ...commands, "```"].join("\n"),
    vscode.l10n.t(
      "A model that is named by its id on a hub has to be downloaded first; one with an adapter (`+`) has to be merged with it first. `llama-quantize` makes smaller files of the result.",
    ),
  ].join("\n\n");
}

/** For a POSIX shell. */
function quoted(argument: string): string {
  return /^[\w./:@-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}

function markdown(text: string): vscode.NotebookCellData {
  return new vscode.NotebookCellData(vscode.NotebookCellKind.Markup, text, "markdown");
}
