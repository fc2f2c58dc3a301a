import { CancelledError } from "../../core/errors.ts";

/** Runs requests one at a time, in the order of arrival: what shares a batch changes each other's numbers. */
export class RequestQueue {
  private last: Promise<unknown> = Promise.resolve();

  /** @throws CancelledError when the signal fires before the request's turn */
  run<T>(signal: AbortSignal, request: () => Promise<T>): Promise<T> {
    const turn = this.last.then(() => {
      if (signal.aborted) throw new CancelledError("The request was cancelled.");
      return request();
    });
    this.last = turn.catch(() => undefined);
    return turn;
  }
}
