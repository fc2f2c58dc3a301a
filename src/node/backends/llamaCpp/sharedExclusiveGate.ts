/**
 * Admits any number of shared holders at a time, or one exclusive holder. Whoever waits for exclusive access goes
 * before whoever comes later.
 */
export class SharedExclusiveGate {
  private holders = 0;
  private exclusive = false;
  private readonly waiting: { readonly exclusive: boolean; admit(): void }[] = [];

  /** @returns the function that gives access back */
  async enter(exclusive: boolean): Promise<() => void> {
    await new Promise<void>((admit) => {
      this.waiting.push({ exclusive, admit });
      this.admitWaiting();
    });
    return () => {
      this.holders--;
      this.exclusive = false;
      this.admitWaiting();
    };
  }

  private admitWaiting(): void {
    while (this.waiting.length > 0) {
      const next = this.waiting.find((entry) => entry.exclusive) ?? this.waiting[0]!;
      if (this.exclusive || (next.exclusive && this.holders > 0)) return;
      this.waiting.splice(this.waiting.indexOf(next), 1);
      this.holders++;
      this.exclusive = next.exclusive;
      next.admit();
    }
  }
}
