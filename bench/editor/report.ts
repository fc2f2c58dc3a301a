import type { BusyTime } from "./busyTime.ts";

declare const TEST_OUTPUT_MARK: string;

/** Prints a figure above its test. */
export function report(text: string): void {
  console.log(TEST_OUTPUT_MARK, `      ${text}`);
}

export function reportBusy(what: string, { longest, longestByClock, stack }: BusyTime): void {
  const at = stack.length === 0 ? "" : `, in ${stack.slice(0, 5).join(" < ")}`;
  report(`${what}: ${longest.toFixed(1)} ms at a time at the longest${at}`);
  report(`  by the clock, with what others did: ${longestByClock.toFixed(1)} ms`);
}
