import type * as vscode from "vscode";
import { z } from "zod";
import { cellDigest } from "../../core/notebook/result.ts";

const key = "medley.unfinishedCells";

const entrySchema = z.object({
  notebook: z.string(),
  /** {@link cellDigest} of the cell when it was run. */
  cell: z.string(),
  /** Folders of its runs, in the order of its models. */
  runs: z.array(z.string()),
});
type Entry = z.infer<typeof entrySchema>;

/** Cells that run, remembered across windows: a run outlives the window that started it. */
export class UnfinishedCells {
  /** What an earlier window left. */
  private left: Entry[];
  private current: Entry[] = [];

  constructor(private readonly state: vscode.Memento) {
    this.left = z.array(entrySchema).catch([]).parse(state.get(key, []));
  }

  /** Remembers a cell until the result is disposed of. */
  async remember(notebook: vscode.Uri, source: string, runs: readonly string[]): Promise<{ forget(): Promise<void> }> {
    const entry: Entry = { notebook: notebook.toString(), cell: cellDigest(source), runs: [...runs] };
    this.current.push(entry);
    await this.store();
    return {
      forget: () => {
        this.current = this.current.filter((other) => other !== entry);
        return this.store();
      },
    };
  }

  /** The cells of a notebook that an earlier window left running, with their runs. They are told of once. */
  async take(notebook: vscode.NotebookDocument): Promise<{ cell: vscode.NotebookCell; runs: readonly string[] }[]> {
    const uri = notebook.uri.toString();
    const own = this.left.filter((entry) => entry.notebook === uri);
    if (own.length === 0) return [];
    this.left = this.left.filter((entry) => entry.notebook !== uri);
    await this.store();
    return own.flatMap(({ cell: digest, runs }) => {
      const cell = notebook.getCells().find(({ document }) => cellDigest(document.getText()) === digest);
      // Of a cell that was changed since, the Runs view still has the run.
      return cell === undefined ? [] : [{ cell, runs }];
    });
  }

  private async store(): Promise<void> {
    await this.state.update(key, [...this.left, ...this.current]);
  }
}
