import * as vscode from "vscode";
import { Disposable } from "./disposable.ts";
import type { Services } from "./services.ts";

/** A part of the extension that a user can point at: its commands live as long as it does, and their errors are shown. */
export abstract class Feature extends Disposable {
  constructor(protected readonly services: Services) {
    super();
  }

  /** Registers a command whose failure becomes a message, never an unhandled rejection. */
  protected command(id: string, handler: (...args: unknown[]) => unknown): void {
    this._register(
      vscode.commands.registerCommand(id, async (...args: unknown[]) => {
        try {
          return await handler(...args);
        } catch (error) {
          // Not awaited: a command is done when its work is done, not when its message is dismissed.
          void this.services.errors.show(error);
          return undefined;
        }
      }),
    );
  }
}
