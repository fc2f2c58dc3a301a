import * as vscode from "vscode";
import { completeMerge } from "../../core/merge/language/completeMerge.ts";
import type { Completion } from "../../core/yaml/completion.ts";
import { Disposable } from "../common/disposable.ts";
import { markdownString } from "../common/markdownString.ts";
import { editorRange, mergeSelector, type ContextOf } from "./languageRanges.ts";
import type { MergeDocuments } from "./mergeDocuments.ts";

const kinds: Readonly<Record<Completion["kind"], vscode.CompletionItemKind>> = {
  key: vscode.CompletionItemKind.Property,
  value: vscode.CompletionItemKind.Value,
  method: vscode.CompletionItemKind.Method,
  model: vscode.CompletionItemKind.Folder,
  adapter: vscode.CompletionItemKind.Module,
  merge: vscode.CompletionItemKind.Reference,
  tensor: vscode.CompletionItemKind.Field,
  token: vscode.CompletionItemKind.Text,
  snippet: vscode.CompletionItemKind.Snippet,
};

/** Completion in merge configurations. */
export class LanguageCompletion extends Disposable implements vscode.CompletionItemProvider {
  constructor(
    private readonly documents: MergeDocuments,
    private readonly contextOf: ContextOf,
  ) {
    super();
    this._register(
      vscode.languages.registerCompletionItemProvider(mergeSelector, this, " ", "/", "[", "{", ",", "+", "-"),
    );
  }

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.CompletionItem[]> {
    if (!this.documents.includes(document)) return [];
    const found = await completeMerge(document.getText(), document.offsetAt(position), this.contextOf(document));
    return found.map((completion, index) => editorItem(document, completion, index));
  }
}

function editorItem(document: vscode.TextDocument, completion: Completion, index: number): vscode.CompletionItem {
  const { label, kind, detail, documentation, insert, range, filter, continues } = completion;
  const item = new vscode.CompletionItem(
    { label, ...(detail === undefined ? {} : { description: detail }) },
    kinds[kind],
  );
  item.insertText = new vscode.SnippetString(insert);
  item.range = editorRange(document, range);
  // In the order of use, not of the alphabet.
  item.sortText = String(index).padStart(5, "0");
  item.preselect = index === 0;
  if (filter !== undefined) item.filterText = filter;
  if (documentation !== undefined) item.documentation = markdownString(documentation);
  if (continues === true) item.command = { title: "", command: "editor.action.triggerSuggest" };
  return item;
}
