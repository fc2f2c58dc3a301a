import { exitStatus } from "../core/errors.ts";
import { renderTable, type Table } from "../core/reports/table.ts";
import { writeProblem } from "../node/files/writeError.ts";
import { printable, printableJson, printableLines } from "./printable.ts";

/**
 * Where a command writes: results to stdout, everything about the work itself to stderr. Texts may be those of files:
 * here, and only here, what a terminal would obey is made visible.
 */
export const output = {
  line(text = ""): void {
    process.stdout.write(printableLines(text) + "\n");
  },
  /** A part of a text that comes bit by bit. */
  piece(text: string): void {
    process.stdout.write(printableLines(text));
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

/**
 * What happens when nobody reads the output any more (`medley eval 2>&1 | head`), or it cannot be written (a full disk): work
 * that is under way stops as at Ctrl-C, so that it ends its run and frees what it has locked; otherwise the process ends, for
 * a closed pipe without a word.
 */
export function endOnBrokenOutput(): void {
  let broken = false;
  const stop = (status: number): void => {
    if (process.listenerCount("SIGTERM") > 0) process.emit("SIGTERM", "SIGTERM");
    else process.exit(status);
  };
  const onError = (error: NodeJS.ErrnoException): void => {
    if (broken) return;
    broken = true;
    if (error.code === "EPIPE") return stop(exitStatus.success);
    output.note(`The output cannot be written: ${writeProblem(error)}.`);
    process.on("exit", () => (process.exitCode = exitStatus.run));
    stop(exitStatus.run);
  };
  process.stdout.on("error", onError);
  process.stderr.on("error", onError);
}
