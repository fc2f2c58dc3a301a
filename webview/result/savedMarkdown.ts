import { t } from "../../src/core/pages/texts.ts";
import type { Cell } from "../../src/core/reports/cells.ts";
import type { Column, Table } from "../../src/core/reports/table.ts";
import { DataTable } from "../components/dataTable.ts";
import { h, type Child } from "../dom.ts";

/**
 * Draws the Markdown that is saved under a cell: pipe tables, lists, paragraphs, bold and code. It is not a Markdown
 * renderer: whatever else there is, HTML and links included, is shown as the text that it is.
 */
export function drawSavedMarkdown(markdown: string): HTMLElement {
  const lines = markdown.split(/\r\n|\r|\n/);
  const parts: HTMLElement[] = [];
  for (let at = 0; at < lines.length;) {
    const line = lines[at]!;
    const block = blockKind(lines, at);
    let end = at + 1;
    if (block === "table") end = endOf(lines, at + 2, isRow);
    else if (block === "list") end = endOf(lines, at, isListItem);
    if (block === "table") parts.push(drawTable(lines.slice(at, end)));
    else if (block === "list") {
      const entries = lines.slice(at, end).map((entry) => h("li", {}, inline(entry.slice(2))));
      parts.push(h("ul", { class: "notes" }, entries));
    } else if (line.trim() !== "") parts.push(h("p", {}, inline(line)));
    at = end;
  }
  return h("div", { class: "saved" }, parts);
}

function blockKind(lines: readonly string[], at: number): "table" | "list" | "text" {
  if (isRow(lines[at]!) && /^\|(?: *:?-+:? *\|)+$/.test((lines[at + 1] ?? "").trim())) return "table";
  return isListItem(lines[at]!) ? "list" : "text";
}

function endOf(lines: readonly string[], from: number, belongs: (line: string) => boolean): number {
  let end = from;
  while (end < lines.length && belongs(lines[end]!)) end++;
  return end;
}

const isRow = (line: string): boolean => line.trimStart().startsWith("|");
const isListItem = (line: string): boolean => line.startsWith("- ");

function drawTable([header = "", rule = "", ...body]: readonly string[]): HTMLElement {
  // Of saved text only titles are known.
  const columns: Column[] = cellsOf(header).map((title, column) => ({
    id: plain(title),
    title: plain(title),
    align: /:$/.test(cellsOf(rule)[column]!) && !/^:/.test(cellsOf(rule)[column]!) ? "right" : "left",
  }));
  const rows = body.map((line) => {
    const cells = cellsOf(line);
    return columns.map((_, column) => cells[column] ?? "");
  });
  const table: Table = {
    columns,
    rows: rows.map((row) => row.map(cellOf)),
  };
  const drawn = new DataTable({ label: t("Saved results"), rowHeader: "benchmark" });
  drawn.update(table);
  return drawn.element;
}

function cellOf(markdown: string): Cell {
  const strong = /^\*\*.*\*\*$/.test(markdown);
  const text = plain(strong ? markdown.slice(2, -2) : markdown);
  return strong ? { text, value: text, strong } : text;
}

/** The cells of a row, still escaped. */
function cellsOf(line: string): string[] {
  const cells = line.trim().match(/(?:\\.|[^\\|])+/g) ?? [];
  return cells.map((cell) => cell.trim());
}

/** Undoes what `escapeMarkdown` of core/reports/table.ts does. */
function plain(text: string): string {
  return text
    .replace(/\\([\\`*_[\]|~$])/g, "$1")
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&");
}

/** Bold and code within a line. */
function inline(text: string): Child[] {
  return text.split(/((?<!\\)\*\*.+?(?<!\\)\*\*|(?<!\\)`[^`]+`)/).map((part): Child => {
    if (/^\*\*.+\*\*$/.test(part)) return h("strong", {}, plain(part.slice(2, -2)));
    if (/^`[^`]+`$/.test(part)) return h("code", {}, part.slice(1, -1));
    return plain(part);
  });
}
