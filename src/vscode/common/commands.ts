import * as vscode from "vscode";
import { Disposable } from "./disposable.ts";
import type { ErrorPresenter } from "./errorPresenter.ts";

type Handler = (...args: unknown[]) => unknown;

/**
 * The commands of the extension. Those that the manifest offers can be called from the first moment on: a call waits
 * until the feature behind it has been loaded. What goes wrong in a command becomes a message.
 */
export class Commands extends Disposable {
  private readonly handlers = new Map<string, Handler>();

  /** @param loaded resolves once every feature has been loaded; rejects when one cannot be */
  constructor(
    private readonly offered: readonly string[],
    private readonly errors: ErrorPresenter,
    private readonly loaded: () => Promise<void>,
  ) {
    super();
    for (const id of offered) this._register(this.register(id));
  }

  /** Commands of the manifest that no feature implements. */
  get orphans(): string[] {
    return this.offered.filter((id) => !this.handlers.has(id));
  }

  /** Implements a command until the result is disposed. */
  handle(id: string, handler: Handler): vscode.Disposable {
    this.handlers.set(id, handler);
    const registration = this.offered.includes(id) ? undefined : this.register(id);
    return {
      dispose: () => {
        this.handlers.delete(id);
        registration?.dispose();
      },
    };
  }

  private register(id: string): vscode.Disposable {
    return vscode.commands.registerCommand(id, async (...args: unknown[]) => {
      try {
        if (!this.handlers.has(id)) await this.loaded();
        const handler = this.handlers.get(id);
        if (handler === undefined) throw new Error(`No feature does ${id}.`);
        return await handler(...args);
      } catch (error) {
        // Not awaited: a command is done when its work is done, not when its message is dismissed.
        void this.errors.show(error);
        return undefined;
      }
    });
  }
}
