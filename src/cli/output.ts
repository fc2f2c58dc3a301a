import { renderTable, type Table } from "../core/reports/table.ts";

/** Where a command writes: results to stdout, everything about the work itself to stderr. */
export const output = {
  line(text = ""): void {
    process.stdout.write(text + "\n");
  },
  table(table: Table): void {
    process.stdout.write(renderTable(table, "text"));
  },
  json(value: unknown): void {
    process.stdout.write(JSON.stringify(value, undefined, 2) + "\n");
  },
  note(text: string): void {
    process.stderr.write(text + "\n");
  },
};

/** `medley runs | head` closes the pipe early; that is no error. */
export function endQuietlyOnClosedPipe(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
}
