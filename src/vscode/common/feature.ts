import { Disposable } from "./disposable.ts";
import type { Services } from "./services.ts";

/** A user-visible part of the extension. Its commands are disposed with it, and their errors are shown. */
export abstract class Feature extends Disposable {
  constructor(protected readonly services: Services) {
    super();
  }

  /** Registers a command. Its failure becomes a message, never an unhandled rejection. */
  protected command(id: string, handler: (...args: unknown[]) => unknown): void {
    this._register(this.services.commands.handle(id, handler));
  }
}
