import * as vscode from "vscode";
import { foldYaml } from "../../core/yaml/foldYaml.ts";
import { formatYaml } from "../../core/yaml/formatYaml.ts";
import { Disposable } from "../common/disposable.ts";
import { sourceOf } from "./documentSource.ts";
import { IncludedDocuments, type DocumentSet } from "./includedDocuments.ts";

const formatterSetting = "editor.defaultFormatter";

/** Formatting and folding of the documents of a language. */
export class LanguageLayout
  extends Disposable
  implements vscode.DocumentFormattingEditProvider, vscode.FoldingRangeProvider
{
  /** @param extension the identifier of this extension */
  constructor(
    documents: DocumentSet,
    private readonly extension: string,
  ) {
    super();
    const { languages } = vscode;
    this._register(
      new IncludedDocuments(documents, (selector) => languages.registerFoldingRangeProvider(selector, this)),
    );
    const formatting = this._register(
      new IncludedDocuments(documents, (selector, first) =>
        this.isWanted(first)
          ? languages.registerDocumentFormattingEditProvider(selector, this)
          : new vscode.Disposable(() => undefined),
      ),
    );
    this._register(vscode.extensions.onDidChange(() => formatting.refresh()));
    this._register(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(formatterSetting)) formatting.refresh();
      }),
    );
  }

  provideDocumentFormattingEdits(document: vscode.TextDocument): vscode.TextEdit[] {
    const text = document.getText();
    const formatted = formatYaml(text);
    if (formatted === undefined || formatted === text) return [];
    const whole = new vscode.Range(document.positionAt(0), document.positionAt(text.length));
    return [vscode.TextEdit.replace(whole, formatted)];
  }

  provideFoldingRanges(document: vscode.TextDocument): vscode.FoldingRange[] {
    return foldYaml(sourceOf(document)).map(
      ({ start, end, isComment }) =>
        new vscode.FoldingRange(start, end, isComment ? vscode.FoldingRangeKind.Comment : undefined),
    );
  }

  /** Whoever has chosen a formatter for YAML, or has one without having to choose, keeps it. */
  private isWanted(document: vscode.TextDocument): boolean {
    const chosen = vscode.workspace.getConfiguration(undefined, document).get<string | null>(formatterSetting) ?? null;
    if (chosen !== null) return chosen.toLowerCase() === this.extension.toLowerCase();
    return !vscode.extensions.all.some(({ id, packageJSON }) => id !== this.extension && formatsYaml(packageJSON));
  }
}

/** What an extension says of itself; formatters themselves are not declared. */
function formatsYaml(manifest: unknown): boolean {
  const { categories, activationEvents } = manifest as { categories?: unknown; activationEvents?: unknown };
  const has = (list: unknown, wanted: readonly string[]) =>
    Array.isArray(list) && wanted.some((entry) => list.includes(entry));
  return has(categories, ["Formatters"]) && has(activationEvents, ["onLanguage:yaml", "onStartupFinished", "*"]);
}
