import * as vscode from "vscode";
import { hoverMerge } from "../../core/merge/language/hoverMerge.ts";
import { Disposable } from "../common/disposable.ts";
import { markdownString } from "../common/markdownString.ts";
import { editorRange, mergeSelector, type ContextOf } from "./languageRanges.ts";
import type { MergeDocuments } from "./mergeDocuments.ts";

/** Hover in merge configurations. */
export class LanguageHover extends Disposable implements vscode.HoverProvider {
  constructor(
    private readonly documents: MergeDocuments,
    private readonly contextOf: ContextOf,
  ) {
    super();
    this._register(vscode.languages.registerHoverProvider(mergeSelector, this));
  }

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    if (!this.documents.includes(document)) return undefined;
    const hover = await hoverMerge(document.getText(), document.offsetAt(position), this.contextOf(document));
    return hover && new vscode.Hover(markdownString(hover.markdown), editorRange(document, hover.range));
  }
}
