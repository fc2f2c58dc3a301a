import * as vscode from "vscode";
import { followChange, type TextSpan } from "../../core/chat/textSpan.ts";
import { Disposable } from "../common/disposable.ts";

/** A part of a document that stays where its text is while the document is edited. */
export interface TrackedSpan extends vscode.Disposable {
  readonly span: TextSpan;
}

interface Tracked {
  readonly uri: string;
  span: TextSpan;
}

/** Follows parts of documents through edits: the ranges of comment threads stay behind. */
export class TrackedSpans extends Disposable {
  private readonly tracked = new Set<Tracked>();

  constructor() {
    super();
    this._register(vscode.workspace.onDidChangeTextDocument((event) => this.follow(event)));
  }

  add(uri: vscode.Uri, span: TextSpan): TrackedSpan {
    const entry: Tracked = { uri: uri.toString(), span };
    this.tracked.add(entry);
    return {
      get span() {
        return entry.span;
      },
      dispose: () => void this.tracked.delete(entry),
    };
  }

  private follow({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const uri = document.uri.toString();
    for (const entry of this.tracked) {
      if (entry.uri !== uri) continue;
      // Offsets of one event are those before any of its changes: from behind, each still holds.
      const changes = [...contentChanges].sort((a, b) => b.rangeOffset - a.rangeOffset);
      for (const { rangeOffset, rangeLength, text } of changes) {
        const change = { offset: rangeOffset, removed: rangeLength, inserted: text.length };
        entry.span = followChange(entry.span, change);
      }
    }
  }
}

export function rangeOf(document: vscode.TextDocument, { start, end }: TextSpan): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}
