import { isStrong, plainOf, textOf, type Cell } from "./cells.ts";
import { t } from "../pages/texts.ts";
import { displayWidth } from "./displayWidth.ts";
import { largest } from "../lists.ts";

/** One column of a table; numbers are aligned to the right. */
export interface Column {
  /** What programs call it: unique in its table. */
  readonly id: string;
  /** What persons call it. */
  readonly title: string;
  readonly align: "left" | "right";
  /** For programs: in CSV only, after all other columns. Persons find the same in the notes. */
  readonly dataOnly?: true;
}

/** @param title English; what it says is the text of {@link t}, so that it can be translated */
export function textColumn(id: string, title = id): Column {
  return { id, title: t(title), align: "left" };
}

export function numberColumn(id: string, title = id): Column {
  return { id, title: t(title), align: "right" };
}

export interface Table {
  readonly caption?: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** What a reader must know to understand the numbers; one line each. */
  readonly notes?: readonly string[];
}

/** Formats that a table can be written in. */
export const tableFormats = ["text", "markdown", "csv", "latex"] as const;
export type TableFormat = (typeof tableFormats)[number];

const renderers: Readonly<Record<TableFormat, (table: Table) => string>> = {
  text: renderText,
  markdown: renderMarkdown,
  csv: renderCsv,
  latex: renderLatex,
};

/** Writes a table in the given format, with `\n` line ends and a final one. */
export function renderTable(table: Table, format: TableFormat): string {
  return renderers[format](format === "csv" ? table : withoutDataColumns(table));
}

/** The table for persons. */
export function withoutDataColumns(table: Table): Table {
  const end = table.columns.findIndex(({ dataOnly }) => dataOnly);
  if (end < 0) return table;
  return { ...table, columns: table.columns.slice(0, end), rows: table.rows.map((row) => row.slice(0, end)) };
}

/** Line ends and other control characters would break every line-oriented format. */
function oneLine(text: string): string {
  return withoutOverrides(text.replace(/[\p{Control}\u2028\u2029]+/gu, " "));
}

const unseen = /[\p{Bidi_Control}\u00AD\u180E\u200B\u2060-\u2064\uFEFF\u{E0000}-\u{E007F}]/gu;

/**
 * Characters that turn the writing direction around, or are not seen at all, as their codes: `U+202E`. They make a text
 * look like another one. Joiners, which some scripts need, stay.
 */
export function withoutOverrides(text: string): string {
  return text.replace(unseen, codeOf);
}

function codeOf(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Columns aligned with spaces, for a terminal. */
function renderText(table: Table): string {
  const cells = table.rows.map((row) =>
    row.map((cell) => (isStrong(cell) ? `${oneLine(textOf(cell))} *` : oneLine(textOf(cell)))),
  );
  const lines = [table.columns.map((column) => column.title), ...cells];
  const widths = table.columns.map((_, c) => largest(lines.map((line) => displayWidth(line[c] ?? ""))));
  const pad = (text: string, c: number): string => {
    const space = " ".repeat(widths[c]! - displayWidth(text));
    return table.columns[c]!.align === "right" ? space + text : text + space;
  };
  const [header, ...body] = lines.map((line) => line.map(pad).join("  ").trimEnd());
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [table.caption, header, rule, ...body, ...(table.notes ?? [])]
    .filter((line) => line !== undefined)
    .map((line) => oneLine(line) + "\n")
    .join("");
}

/** Text that Markdown shows as it is: neither markup nor HTML, also where a line begins with it. */
export function escapeMarkdown(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_[\]|~$]/g, "\\$&")
    .replace(/^\s+/, " ")
    .replace(/^( ?)(?=[#>=]|[-+](?![\d.])|\d+[.)](?:\s|$))(\d*)/, "$1$2\\")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;");
}

function renderMarkdown(table: Table): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const shown = (cell: Cell): string => {
    const text = escapeMarkdown(textOf(cell));
    return isStrong(cell) ? `**${text}**` : text;
  };
  const body = table.rows.map((cells) => row(cells.map(shown)));
  const lines = [
    row(table.columns.map((column) => escapeMarkdown(column.title))),
    row(table.columns.map((column) => (column.align === "right" ? "--:" : ":--"))),
    ...body,
  ];
  const caption = table.caption === undefined ? [] : [`**${escapeMarkdown(table.caption)}**`, ""];
  const notes = table.notes === undefined || table.notes.length === 0 ? [] : ["", ...table.notes.map(noteItem)];
  return [...caption, ...lines, ...notes].join("\n") + "\n";
}

function noteItem(note: string): string {
  return `- ${escapeMarkdown(note)}`;
}

/** RFC 4180, except that lines end in `\n`. Numbers are plain, and one that is missing is an empty field. */
function renderCsv(table: Table): string {
  const header = table.columns.map(({ title }) => csvText(title));
  const body = table.rows.map((row) => row.map((cell) => csvText(plainOf(cell))));
  return [header, ...body].map((line) => line.join(",") + "\n").join("");
}

/**
 * What a spreadsheet would run as a formula is marked as text. It may begin a text, or follow what ends a cell where
 * another character than the comma does: there quotes protect nothing, since none stands at the beginning of a cell.
 */
const formulaAtStart = /^(?=[\t\r\n]|[\s"]*[=+@＝＋－＠-])/;
const formulaInside = /[;\t\r\n](?=[\s"]*[=+@＝＋－＠-])/g;

/** What a terminal would obey; lines of a text remain lines. */
const commands = /[^\P{Control}\t\r\n]/gu;

function csvText(text: string): string {
  const isNumber = /^\s*-[\d.]+$/.test(text);
  const shown = withoutOverrides(text).replace(commands, codeOf);
  const safe = isNumber ? text : shown.replace(formulaInside, "$&'").replace(formulaAtStart, "'");
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const latexSpecial: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "±": "$\\pm$",
  "−": "$-$",
  "×": "$\\times$",
  "≥": "$\\ge$",
  "≤": "$\\le$",
  "–": "--",
  "→": "$\\rightarrow$",
  // In the fonts that LaTeX begins with, these are other characters.
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "|": "\\textbar{}",
  // After a line's end this would begin an option of the line.
  "[": "{[}",
  "*": "{*}",
  // Two of them would become a dash.
  "-": "-{}",
};

/** Text that LaTeX prints as it is. */
export function escapeLatex(text: string): string {
  return oneLine(text).replace(
    /[\\~^±−×≥≤–→<>|[*]|-(?=-)|[&%$#_{}]/g,
    (character) => latexSpecial[character] ?? `\\${character}`,
  );
}

/** A `table` environment with booktabs rules. */
function renderLatex(table: Table): string {
  const line = (cells: readonly string[]): string => `${cells.join(" & ")} \\\\`;
  const shown = (cell: Cell): string => {
    const text = escapeLatex(textOf(cell));
    return isStrong(cell) ? `\\textbf{${text}}` : text;
  };
  const body = table.rows.map((cells) => line(cells.map(shown)));
  return [
    "% needs \\usepackage{booktabs}",
    "\\begin{table}",
    "\\centering",
    ...(table.caption === undefined ? [] : [`\\caption{${escapeLatex(table.caption)}}`]),
    `\\begin{tabular}{${table.columns.map((column) => (column.align === "right" ? "r" : "l")).join("")}}`,
    "\\toprule",
    line(table.columns.map((column) => escapeLatex(column.title))),
    "\\midrule",
    ...body,
    "\\bottomrule",
    "\\end{tabular}",
    ...(table.notes ?? []).map((note) => `\\par\\footnotesize ${escapeLatex(note)}`),
    "\\end{table}",
    "",
  ].join("\n");
}
