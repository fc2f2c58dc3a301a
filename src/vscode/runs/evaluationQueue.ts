import * as vscode from "vscode";
import { CancelledError } from "../../core/errors.ts";
import { Disposable } from "../common/disposable.ts";

/** A place in the queue. Whoever has it gives it back by disposing of it, whether its turn has come or not. */
export interface Turn extends vscode.Disposable {
  /** Names the work for those that wait behind it. */
  readonly title: string;
  /** Resolves when the turn comes; rejects with a CancelledError when the signal fires before. */
  readonly comes: Promise<void>;
}

/** Lets one evaluation of a window work at a time, whoever asked for it: two models rarely fit the memory. */
export class EvaluationQueue extends Disposable {
  /** The first of them works. */
  private readonly turns: { readonly turn: Turn; readonly begin: () => void }[] = [];
  private readonly changed = this._register(new vscode.EventEmitter<void>());
  /** Fires when somebody joins, begins, ends, or gives up waiting. */
  readonly onDidChange = this.changed.event;

  /** Joins the end of the queue. */
  join(title: string, signal: AbortSignal): Turn {
    let begin!: () => void;
    const comes = new Promise<void>((resolve, reject) => {
      const stop = (): void => {
        this.leave(turn);
        reject(new CancelledError(vscode.l10n.t("Stopped before it began.")));
      };
      signal.addEventListener("abort", stop, { once: true });
      begin = () => {
        signal.removeEventListener("abort", stop);
        resolve();
      };
    });
    const turn: Turn = { title, comes, dispose: () => this.leave(turn) };
    this.turns.push({ turn, begin });
    if (this.turns.length === 1) begin();
    this.changed.fire();
    return turn;
  }

  /** What a turn waits for: those before it, first the one that works. Nothing when it works itself. */
  before(turn: Turn): string[] {
    const index = this.turns.findIndex((place) => place.turn === turn);
    return this.turns.slice(0, Math.max(0, index)).map((place) => place.turn.title);
  }

  private leave(turn: Turn): void {
    const index = this.turns.findIndex((place) => place.turn === turn);
    if (index < 0) return;
    this.turns.splice(index, 1);
    if (index === 0) this.turns[0]?.begin();
    this.changed.fire();
  }
}

/** What to say to somebody who waits for others. */
export function describeWait([first, ...others]: readonly string[]): string | undefined {
  if (first === undefined) return undefined;
  return others.length === 0
    ? vscode.l10n.t("Waits for {0}", first)
    : vscode.l10n.t("Waits for {0} and {1} more", first, others.length);
}
