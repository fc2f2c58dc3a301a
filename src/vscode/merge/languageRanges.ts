import * as vscode from "vscode";
import type { LanguageContext } from "../../core/merge/language/languageContext.ts";
import type { TextRange } from "../../core/yaml/textRange.ts";

/** What is known around a document. */
export type ContextOf = (document: vscode.TextDocument) => LanguageContext;

/** Where help with merge configurations is asked for; the providers then look at the content. */
export const mergeSelector: vscode.DocumentSelector = [
  { language: "yaml" },
  { pattern: "**/*.merge.{yml,yaml}" },
  { pattern: "**/mergekit*.{yml,yaml}" },
];

export function editorRange(document: vscode.TextDocument, { start, end }: TextRange): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}
