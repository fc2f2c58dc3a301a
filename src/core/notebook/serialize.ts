import { cellKindOfFence, closesResult, missingTerminator, opensResult, splitLines } from "./blocks.ts";
import { normalizeSource, type Notebook, type NotebookCell } from "./notebook.ts";

const separator = "<!-- medley:cell -->";

/** Writes a notebook. What was not edited since it was read comes back byte for byte. */
export function serializeNotebook(notebook: Notebook): string {
  const { eol, cells } = notebook;
  // Pieces: whoever looks at the end of one long text again and again, has it put together anew each time.
  const pieces: string[] = [];
  let end = "";
  const add = (text: string): void => {
    if (text !== "") pieces.push((end = text));
  };
  const addLine = (text: string): void => {
    add(terminated(end, eol).slice(end.length));
    add(text);
  };
  add(notebook.preamble);
  cells.forEach((cell, index) => {
    addLine(gapBefore(cell, cells[index - 1], eol));
    const isLast = index === cells.length - 1 && cell.result === undefined;
    add(cell.kind === "markdown" ? proseText(cell, eol, isLast) : fenceText(cell, eol, isLast));
    if (cell.result !== undefined) addLine(cell.result.before + cell.result.text);
  });
  add(notebook.trailer);
  return pieces.join("");
}

/** The text with a line terminator at its end, if it holds anything but a byte order mark. */
function terminated(text: string, eol: string): string {
  return text === "" || text === "\uFEFF" || /[\r\n]$/.test(text) ? text : text + eol;
}

/** What the file had before the cell, or a blank line; a separator where prose would become part of what precedes it. */
function gapBefore(cell: NotebookCell, previous: NotebookCell | undefined, eol: string): string {
  const kept = cell.layout?.before;
  // An opening marker right under a cell pairs with any closing marker below; one that stood there in the file had none.
  const isNewNeighbour = previous?.layout === undefined || closesResult(cell.source);
  const takenForResult = isNewNeighbour && previous?.result === undefined && opensResult(cell.source);
  const wouldMerge = previous?.kind === "markdown" || (previous !== undefined && takenForResult);
  if (cell.kind === "markdown" && wouldMerge && !kept?.includes(separator)) return eol + separator + eol + eol;
  return kept ?? (previous === undefined ? "" : eol);
}

function isEdited(cell: NotebookCell): boolean {
  return cell.layout === undefined || normalizeSource(cell.layout.body) !== cell.source;
}

function proseText(cell: NotebookCell, eol: string, isLast: boolean): string {
  const edited = isEdited(cell);
  const body = edited ? editBody(cell.layout?.body ?? "", cell.source, eol) : cell.layout!.body;
  const missing = edited || !isLast ? missingTerminator(body) : "";
  return missing === "" ? body : terminated(body, eol) + missing + eol;
}

function fenceText(cell: NotebookCell, eol: string, isLast: boolean): string {
  const edited = isEdited(cell);
  const tag = Object.keys(cellKindOfFence).find((key) => cellKindOfFence[key] === cell.kind)!;
  const layout = cell.layout ?? { open: "```" + tag + eol, body: "", close: "```" + eol };
  const marker = /^(`+|~+)/.exec(layout.open)![0];
  if (!edited) {
    const close = layout.close === "" && !isLast ? marker + eol : layout.close;
    return layout.open + (close === "" ? layout.body : terminated(layout.body, eol)) + close;
  }
  const body = terminated(editBody(layout.body, cell.source, eol), eol);
  const fence = safeFence(marker, body);
  const close = layout.close === "" ? fence + eol : fence + layout.close.replace(/^ *(`+|~+)/, "");
  return terminated(fence + layout.open.slice(marker.length), eol) + body + close;
}

/** The marker, lengthened until no line of the body closes it. */
function safeFence(marker: string, body: string): string {
  const character = marker[0]!;
  let length = marker.length;
  for (const line of splitLines(body)) {
    const trimmed = line.trim();
    if (trimmed === character.repeat(trimmed.length)) length = Math.max(length, trimmed.length + 1);
  }
  return character.repeat(length);
}

/** The new text, with the line terminators of the old one wherever a line at its start or end is the same. */
function editBody(oldBody: string, source: string, eol: string): string {
  const oldLines = splitLines(oldBody);
  const newLines = source === "" ? [] : source.split("\n");
  const bare = (line: string): string => line.replace(/[\r\n]+$/, "");
  const shared = Math.min(oldLines.length, newLines.length);
  let head = 0;
  while (head < shared && bare(oldLines[head]!) === newLines[head]) head++;
  let tail = 0;
  while (tail < shared - head && bare(oldLines.at(-1 - tail)!) === newLines.at(-1 - tail)) tail++;
  const middle = newLines.slice(head, newLines.length - tail).map((line) => line + eol);
  const lines = [...oldLines.slice(0, head), ...middle, ...oldLines.slice(oldLines.length - tail)];
  return lines.map((line, index) => (index < lines.length - 1 ? terminated(line, eol) : line)).join("");
}
