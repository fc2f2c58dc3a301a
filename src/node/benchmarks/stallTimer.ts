/** Aborts a transfer that delivers nothing for a while, or that is cancelled. */
export class StallTimer {
  readonly signal: AbortSignal;
  private readonly stalled = new AbortController();
  private readonly milliseconds: number;
  private timer: NodeJS.Timeout | undefined;

  constructor(milliseconds: number, cancel: AbortSignal | undefined) {
    this.milliseconds = milliseconds;
    this.signal = cancel === undefined ? this.stalled.signal : AbortSignal.any([cancel, this.stalled.signal]);
    this.restart();
  }

  restart(): void {
    this.stop();
    this.timer = setTimeout(() => {
      this.stalled.abort(new Error(`nothing received for ${this.milliseconds / 1000} s`));
    }, this.milliseconds);
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
