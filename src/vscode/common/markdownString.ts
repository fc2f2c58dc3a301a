import * as vscode from "vscode";
import type { Markdown } from "../../core/markdown.ts";

/** The one place where Markdown becomes what the editor shows: it fetches no pictures, runs no commands, holds no HTML. */
export function markdownString({ source }: Markdown): vscode.MarkdownString {
  return new vscode.MarkdownString(source);
}
