import { renderTable, type Table } from "../core/reports/table.ts";
import { printable, printableJson, printableLines } from "./printable.ts";

/**
 * Where a command writes: results to stdout, everything about the work itself to stderr. Texts may be those of files:
 * here, and only here, what a terminal would obey is made visible.
 */
export const output = {
  line(text = ""): void {
    process.stdout.write(printableLines(text) + "\n");
  },
  table(table: Table): void {
    process.stdout.write(printableLines(renderTable(table, "text")));
  },
  /** A whole file, which another program reads unless stdout is a terminal. */
  document(text: string): void {
    process.stdout.write(process.stdout.isTTY ? printableLines(text) : text);
  },
  json(value: unknown): void {
    process.stdout.write(printableJson(value, 2) + "\n");
  },
  jsonLine(value: unknown): void {
    process.stdout.write(printableJson(value) + "\n");
  },
  /** A line of a terminal that is drawn anew each time; the next note goes under it after an empty one. */
  redraw(text: string): void {
    process.stderr.write(`\r\u001b[K${printable(text)}`);
  },
  note(text: string): void {
    process.stderr.write(printableLines(text) + "\n");
  },
};

/** `medley runs | head` closes the pipe early; that is no error. */
export function endQuietlyOnClosedPipe(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
}
