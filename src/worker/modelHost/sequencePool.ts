import { CancelledError } from "../../core/errors.ts";
import type { SequenceState } from "./sequenceState.ts";

interface Waiting {
  readonly prefix: readonly number[];
  start(state: SequenceState): void;
}

/** Gives every request a sequence of its own for as long as it runs, in the order of arrival. */
export class SequencePool {
  private readonly idle: SequenceState[];
  private readonly waiting: Waiting[] = [];

  constructor(states: readonly SequenceState[]) {
    this.idle = [...states];
  }

  /**
   * Runs `task` with the idle sequence whose cache shares most with `prefix`.
   * @throws CancelledError when the signal fires before the task starts
   */
  async run<T>(prefix: readonly number[], signal: AbortSignal, task: (state: SequenceState) => Promise<T>): Promise<T> {
    const state = await new Promise<SequenceState>((start) => {
      this.waiting.push({ prefix, start });
      this.dispatch();
    });
    try {
      if (signal.aborted) throw new CancelledError("The request was cancelled.");
      return await task(state);
    } finally {
      this.idle.push(state);
      this.dispatch();
    }
  }

  private dispatch(): void {
    while (this.idle.length > 0 && this.waiting.length > 0) {
      const { prefix, start } = this.waiting.shift()!;
      const shared = this.idle.map((state) => state.sharedPrefix(prefix));
      start(this.idle.splice(shared.indexOf(Math.max(...shared)), 1)[0]!);
    }
  }
}
