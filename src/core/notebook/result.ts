import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { RunError } from "../errors.ts";
import { splitLines } from "./blocks.ts";
import type { Notebook, NotebookCell } from "./notebook.ts";

/** What the marker above a saved result says. */
export interface ResultMarker {
  /** Names of the run folders that the result was made from. */
  readonly runs: readonly string[];
  /** {@link cellDigest} of the cell when the result was made. */
  readonly cell: string;
}

const runName = /^[A-Za-z0-9._-]+$/;

/** First 16 hexadecimal digits of the SHA-256 of a cell's source: tells whether a saved result is stale. */
export function cellDigest(source: string): string {
  return bytesToHex(sha256(utf8ToBytes(source))).slice(0, 16);
}

/** The marker of the cell's saved result; undefined when there is none or it was damaged by hand. */
export function readResultMarker(cell: NotebookCell): ResultMarker | undefined {
  const first = cell.result === undefined ? undefined : splitLines(cell.result.text)[0];
  const match = first === undefined ? null : /^<!-- medley:result runs=(\S*) cell=([0-9a-f]{16}) -->/.exec(first);
  if (match === null) return undefined;
  const runs = match[1]!.split(",").filter((name) => runName.test(name));
  return { runs, cell: match[2]! };
}

/** Whether the cell changed since its saved result was made. A cell without a readable result is not stale. */
export function isResultStale(cell: NotebookCell): boolean {
  const marker = readResultMarker(cell);
  return marker !== undefined && marker.cell !== cellDigest(cell.source);
}

/** The Markdown between the markers of the cell's saved result. */
export function readResultMarkdown(cell: NotebookCell): string | undefined {
  if (cell.result === undefined) return undefined;
  return splitLines(cell.result.text).slice(1, -1).join("").replace(/\r\n?/g, "\n").trim();
}

/**
 * The notebook with a new saved result under one cell.
 * @param markdown the result table; comment openers in it are made harmless so that they cannot end the block
 * @throws RunError when a run's name could not be read back from the marker
 */
export function withResult(notebook: Notebook, cellIndex: number, runs: readonly string[], markdown: string): Notebook {
  const unusable = runs.find((name) => !runName.test(name));
  if (unusable !== undefined) {
    throw new RunError(`The run name "${unusable}" cannot be written into a notebook.`, {
      hint: "Rename the run folder so that it has letters, digits, dots, underscores and hyphens only.",
    });
  }
  const { eol } = notebook;
  const cells = notebook.cells.map((cell, index) => {
    if (index !== cellIndex) return cell;
    const content = markdown
      .replaceAll("<!--", "&lt;!--")
      .trim()
      .replace(/\r\n|\r|\n/g, eol);
    const open = `<!-- medley:result runs=${runs.join(",")} cell=${cellDigest(cell.source)} -->`;
    const text = [open, "", content, "", "<!-- /medley:result -->", ""].join(eol);
    return { ...cell, result: { before: cell.result?.before ?? eol, text } };
  });
  return { ...notebook, cells };
}
