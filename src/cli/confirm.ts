import { createInterface } from "node:readline/promises";

/** Asks on the terminal; undefined when there is no terminal to ask on. Anything but y or yes means no. */
export async function confirm(question: string, signal?: AbortSignal): Promise<boolean | undefined> {
  if (!process.stdin.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const asked = signal === undefined ? terminal.question(question) : terminal.question(question, { signal });
    return /^y(es)?$/i.test((await asked).trim());
  } finally {
    terminal.close();
  }
}
