import path from "node:path";
import type * as vscode from "vscode";
import type { ResultNotification } from "../../core/results/messages.ts";
import { Disposable } from "../common/disposable.ts";
import type { ResultService } from "./resultService.ts";

/** The runs that one page shows: it is told when they change. */
export class ShownRuns extends Disposable {
  private readonly watched = new Map<string, vscode.Disposable>();

  constructor(
    private readonly results: ResultService,
    tell: (notification: ResultNotification) => void,
  ) {
    super();
    this._register(
      results.onDidChangeRun((folder) => {
        if (this.watched.has(folder)) tell({ type: "changed", runs: [path.basename(folder)] });
      }),
    );
  }

  add(folders: readonly string[]): void {
    for (const folder of folders) {
      if (!this.watched.has(folder)) this.watched.set(folder, this._register(this.results.watchRun(folder)));
    }
  }
}
