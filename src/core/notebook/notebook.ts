import { type Block, type CellKind, isFenceLine, scanBlocks, splitLines } from "./blocks.ts";

/** The bytes around and of a cell as they stood in the file, so that what was not edited is written back unchanged. */
export interface CellLayout {
  /** Blank lines and separators before the cell. */
  readonly before: string;
  /** Opening fence line; empty for Markdown. */
  readonly open: string;
  readonly body: string;
  /** Closing fence line; empty for Markdown. */
  readonly close: string;
}

/** A result saved under a cell. */
export interface CellResult {
  /** Blank lines between the cell and the result. */
  readonly before: string;
  /** The markers with everything between them. */
  readonly text: string;
}

export interface NotebookCell {
  readonly kind: CellKind;
  /** Text of the cell with `\n` line ends and without a final one. */
  readonly source: string;
  /** Absent for a cell that was not read from a file. */
  readonly layout?: CellLayout;
  readonly result?: CellResult;
}

export interface Notebook {
  /** Byte order mark and YAML front matter, `---` lines included; empty when there is none. */
  readonly preamble: string;
  readonly cells: readonly NotebookCell[];
  /** Blank lines after the last cell. */
  readonly trailer: string;
  /** Line terminator of new lines: the one that the file uses most. */
  readonly eol: "\n" | "\r\n" | "\r";
}

/** Line ends as `\n`, and no final one: how cells hold their text. */
export function normalizeSource(text: string): string {
  return text.replace(/\r\n|\r/g, "\n").replace(/\n$/, "");
}

function dominantEol(lines: readonly string[]): Notebook["eol"] {
  const counts = { "\n": 0, "\r\n": 0, "\r": 0 };
  for (const line of lines) {
    if (line.endsWith("\r\n")) counts["\r\n"]++;
    else if (line.endsWith("\n")) counts["\n"]++;
    else if (line.endsWith("\r")) counts["\r"]++;
  }
  if (counts["\r\n"] > counts["\n"]) return "\r\n";
  return counts["\r"] > counts["\n"] ? "\r" : "\n";
}

/** Number of leading lines that are front matter: from a first line `---` to the next one. */
function preambleLength(lines: readonly string[]): number {
  const isDelimiter = (line: string): boolean => /^---[ \t]*[\r\n]*$/.test(line);
  if (lines[0] === undefined || !isDelimiter(lines[0])) return 0;
  const end = lines.findIndex((line, index) => index > 0 && (isDelimiter(line) || isFenceLine(line)));
  // A fence before the closing line shows that the first line is a thematic break, and what follows is text.
  return end === -1 || !isDelimiter(lines[end]!) ? 0 : end + 1;
}

const isBlank = (line: string): boolean => line.trim() === "";

/** Reads a `*.mcqa.md` document. Every document is valid: what is not a cell is prose. */
export function parseNotebook(text: string): Notebook {
  // Not a part of the first cell: an editor would take it off there, and the cell would look edited.
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const lines = splitLines(text.slice(mark.length));
  const head = preambleLength(lines);
  const cells: NotebookCell[] = [];
  let before = "";
  for (const block of scanBlocks(lines.slice(head))) before = addBlock(cells, block, before);
  return { preamble: mark + lines.slice(0, head).join(""), cells, trailer: before, eol: dominantEol(lines) };
}

/** Appends the block's cell, or its lines to the cell before; returns the text that belongs before the next cell. */
function addBlock(cells: NotebookCell[], block: Block, before: string): string {
  switch (block.kind) {
    case "separator":
      return before + block.line;
    case "prose":
      return addProse(cells, block.lines, before);
    case "evaluation":
    case "prompt": {
      const { kind, open, close, result } = block;
      const body = block.body.join("");
      const cell = { kind, source: normalizeSource(body), layout: { before, open, body, close } };
      cells.push(result === undefined ? cell : { ...cell, result });
      return "";
    }
  }
}

/** Prose continues the Markdown cell before it, unless a separator stands between. */
function addProse(cells: NotebookCell[], lines: readonly string[], before: string): string {
  const first = lines.findIndex((line) => !isBlank(line));
  if (first === -1) return before + lines.join("");
  const end = lines.findLastIndex((line) => !isBlank(line)) + 1;
  const body = lines.slice(first, end).join("");
  const leading = before + lines.slice(0, first).join("");
  const previous = cells.at(-1);
  if (previous?.kind === "markdown" && previous.layout !== undefined && isBlank(leading)) {
    const joined = previous.layout.body + leading + body;
    cells[cells.length - 1] = {
      kind: "markdown",
      source: normalizeSource(joined),
      layout: { ...previous.layout, body: joined },
    };
  } else {
    const layout = { before: leading, open: "", body, close: "" };
    cells.push({ kind: "markdown", source: normalizeSource(body), layout });
  }
  return lines.slice(end).join("");
}
