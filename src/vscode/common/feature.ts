import { Disposable } from "./disposable.ts";
import type { Services } from "./services.ts";

/** A part of the extension that a user can point at: its commands live as long as it does, and their errors are shown. */
export abstract class Feature extends Disposable {
  constructor(protected readonly services: Services) {
    super();
  }

  /** Says what a command does. Its failure becomes a message, never an unhandled rejection. */
  protected command(id: string, handler: (...args: unknown[]) => unknown): void {
    this._register(this.services.commands.handle(id, handler));
  }
}
