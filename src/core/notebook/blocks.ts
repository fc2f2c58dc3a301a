import { append } from "../lists.ts";

/** What fences and the editor call the language of evaluation cells. */
export const evaluationCellLanguage = "mcqa";
/**
 * Splits the lines of a Markdown document into the blocks that matter to a notebook, by the rules of CommonMark 0.31
 * for fenced code (section 4.5) and HTML comments (section 4.6, kind 2). Everything else is prose.
 */

/** `evaluation` cells are blocks fenced as `mcqa`, `prompt` cells as `prompt`; both hold YAML. */
export type CellKind = "markdown" | "evaluation" | "prompt";

export const cellKindOfFence: Readonly<Record<string, Exclude<CellKind, "markdown">>> = {
  mcqa: "evaluation",
  prompt: "prompt",
};

export interface CellBlock {
  readonly kind: Exclude<CellKind, "markdown">;
  readonly open: string;
  readonly body: readonly string[];
  /** Empty when the document ends inside the cell. */
  readonly close: string;
  /** Blank lines, then the lines between `<!-- medley:result … -->` and `<!-- /medley:result -->`, markers included. */
  readonly result?: { readonly before: string; readonly text: string };
}

export type Block =
  | { readonly kind: "prose"; readonly lines: readonly string[] }
  | CellBlock
  /** `<!-- medley:cell -->` on a line of its own: parts two prose cells. */
  | { readonly kind: "separator"; readonly line: string };

const fencePattern = /^( {0,3})(`{3,}|~{3,})([^\r\n]*)/;
const commentPattern = /^ {0,3}<!--/;
const resultOpenPattern = /^<!-- medley:result(?=[ \t])[^\r\n]*-->[ \t]*(?:\r\n|\n|\r)?$/;
const resultClosePattern = /^<!-- \/medley:result -->[ \t]*(?:\r\n|\n|\r)?$/;
const separatorPattern = /^<!-- medley:cell -->[ \t]*(?:\r\n|\n|\r)?$/;

/** Whether a text begins with the marker above a saved result. */
export function opensResult(text: string): boolean {
  return resultOpenPattern.test(splitLines(text)[0] ?? "");
}

/** Whether the marker below a saved result is among the lines of a text. */
export function closesResult(text: string): boolean {
  return splitLines(text).some((line) => resultClosePattern.test(line));
}

/** Lines with their terminators: joined again they give the text back, byte for byte. */
export function splitLines(text: string): string[] {
  return text.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? [];
}

interface Fence {
  readonly indent: number;
  readonly marker: string;
  readonly info: string;
}

function openingFence(line: string): Fence | undefined {
  const match = fencePattern.exec(line);
  if (match === null) return undefined;
  const [, indent, marker, rest] = match as unknown as [string, string, string, string];
  const info = rest.trim();
  // The info string of a backtick fence may not hold a backtick: that line is inline code.
  if (marker.startsWith("`") && info.includes("`")) return undefined;
  return { indent: indent.length, marker, info };
}

function closesFence(line: string, fence: Fence): boolean {
  const candidate = openingFence(line);
  return (
    candidate !== undefined &&
    candidate.info === "" &&
    candidate.marker[0] === fence.marker[0] &&
    candidate.marker.length >= fence.marker.length
  );
}

/** Whether a line opens or closes fenced code. */
export function isFenceLine(line: string): boolean {
  return openingFence(line) !== undefined;
}

/** Index of the first line from `start` on that fulfils the condition, or the number of lines. */
function findLine(lines: readonly string[], start: number, condition: (line: string) => boolean): number {
  for (let index = start; index < lines.length; index++) if (condition(lines[index]!)) return index;
  return lines.length;
}

/** Index after the construct (fence, comment or plain line) that starts at `start`. */
function endOfConstruct(lines: readonly string[], start: number): number {
  const fence = openingFence(lines[start]!);
  if (fence !== undefined) return findLine(lines, start + 1, (line) => closesFence(line, fence)) + 1;
  if (!commentPattern.test(lines[start]!)) return start + 1;
  return findLine(lines, start, (line) => line.includes("-->")) + 1;
}

/**
 * The saved result that follows a cell, blank lines between them allowed, and the index after it.
 * @param lastClose index of the last closing marker of all, -1 where there is none: so that nobody looks for one in vain
 */
function readResult(
  lines: readonly string[],
  start: number,
  lastClose: number,
): { result: CellBlock["result"]; end: number } | undefined {
  const open = findLine(lines, start, (line) => line.trim() !== "");
  if (open >= lastClose || !resultOpenPattern.test(lines[open]!)) return undefined;
  const end = findLine(lines, open + 1, (line) => resultClosePattern.test(line)) + 1;
  return { result: { before: lines.slice(start, open).join(""), text: lines.slice(open, end).join("") }, end };
}

/** Splits a document into blocks; the blocks' lines in order are the document's lines. Cells start in column one. */
export function scanBlocks(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  let prose: string[] = [];
  const push = (block: Block): void => {
    if (prose.length > 0) blocks.push({ kind: "prose", lines: prose });
    prose = [];
    blocks.push(block);
  };
  const lastClose = lines.findLastIndex((line) => resultClosePattern.test(line));
  for (let index = 0; index < lines.length;) {
    const open = lines[index]!;
    const fence = openingFence(open);
    const kind = fence?.indent === 0 ? cellKindOfFence[fence.info.split(/[\s{]/, 1)[0]!] : undefined;
    const end = endOfConstruct(lines, index);
    if (kind !== undefined) {
      const saved = readResult(lines, end, lastClose);
      const cell = { kind, open, body: lines.slice(index + 1, end - 1), close: lines[end - 1] ?? "" };
      push(saved === undefined ? cell : { ...cell, result: saved.result });
      index = saved?.end ?? end;
      continue;
    }
    if (separatorPattern.test(open)) push({ kind: "separator", line: open });
    else append(prose, lines.slice(index, end));
    index = end;
  }
  if (prose.length > 0) blocks.push({ kind: "prose", lines: prose });
  return blocks;
}

/**
 * What must follow a piece of prose so that it swallows nothing after it: the closing line of a fence or comment that
 * it leaves open, without line terminator; empty when it leaves none open.
 */
export function missingTerminator(prose: string): string {
  const lines = splitLines(prose);
  let index = 0;
  while (index < lines.length) {
    const end = endOfConstruct(lines, index);
    if (end > lines.length) return openingFence(lines[index]!)?.marker ?? "-->";
    index = end;
  }
  return "";
}
