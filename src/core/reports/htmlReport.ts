import { calibrationTable } from "./calibrationTable.ts";
import type { Comparison } from "./comparison.ts";
import { comparisonTable, flipsTable } from "./comparisonTable.ts";
import { describeRecordedIdentity } from "../models/modelIdentity.ts";
import { reportTable, type Report, type ReportedRun } from "./report.ts";
import { isStrong, textOf } from "./cells.ts";
import { withoutDataColumns, withoutOverrides, type Column, type Table } from "./table.ts";

export interface ReportChart {
  readonly title: string;
  /** Markup of an SVG element that is safe as it is. */
  readonly svg: string;
  /** The numbers of the picture. */
  readonly table: Table;
}

export interface HtmlReportContent {
  readonly report: Report;
  readonly comparison: Comparison | null;
  readonly charts: readonly ReportChart[];
}

/**
 * A report as one HTML file that needs nothing else: no network, no script, no file beside it. It says so to the browser
 * too, so that nothing in a name could change that.
 */
export function htmlReport({ report, comparison, charts }: HtmlReportContent): string {
  const { runs } = report;
  const models = [...new Set(runs.map(({ model }) => model))];
  const title = `Evaluation of ${models.length > 3 ? `${models.length} models` : models.join(", ")}`;
  const calibration = calibrationTable(runs);
  const sections = [
    section("Results", tableMarkup(reportTable(runs, comparison ?? undefined))),
    ...(comparison === null ? [] : [section("Comparison", comparisonMarkup(comparison))]),
    ...(calibration === undefined ? [] : [section("Calibration", tableMarkup(calibration))]),
    ...charts.map(chartMarkup),
    section("How the numbers came about", runs.map(runMarkup).join("\n")),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${sections.join("\n")}
</main>
</body>
</html>
`;
}

const style = `
body { margin: 0; background: #ffffff; color: #1f1f1f; font: 14px/1.5 Helvetica, Arial, sans-serif; }
main { max-width: 1200px; margin: 0 auto; padding: 24px; }
h1 { font-size: 22px; overflow-wrap: anywhere; } h2 { font-size: 17px; margin-top: 32px; } h3 { font-size: 14px; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13px; border-top: 2px solid #1f1f1f; border-bottom: 2px solid #1f1f1f; font-variant-numeric: tabular-nums; }
thead tr { border-bottom: 1px solid #1f1f1f; }
th, td { padding: 3px 8px; text-align: start; vertical-align: top; overflow-wrap: break-word; max-width: 40em; }
.right { text-align: end; } td.right { white-space: nowrap; }
caption { text-align: start; padding-bottom: 6px; }
figure { margin: 0; } svg { max-width: 100%; height: auto; }
ul, summary { color: #595959; font-size: 13px; } code { overflow-wrap: anywhere; }
section { break-inside: avoid-page; }
@media print { table { font-size: 10px; } th, td { padding: 2px 4px; } }
`;

function section(title: string, content: string): string {
  return `<section>\n<h2>${escapeHtml(title)}</h2>\n${content}\n</section>`;
}

function chartMarkup({ title, svg, table }: ReportChart): string {
  const numbers = `<details><summary>Numbers of this chart</summary>\n${tableMarkup(table)}\n</details>`;
  return section(title, `<figure>\n${svg}\n</figure>\n${numbers}`);
}

/** More rows of items than this nobody reads in a report. */
const mostFlips = 1000;

function comparisonMarkup(comparison: Comparison): string {
  const { columns, rows } = flipsTable(comparison);
  if (rows.length === 0) return tableMarkup(comparisonTable(comparison));
  const left = rows.length - mostFlips;
  const notes = left > 0 ? [`${left} more rows are left out: medley compare --flips lists them.`] : [];
  const items = tableMarkup({ columns, rows: rows.slice(0, mostFlips), notes });
  const summary = "<summary>Items that one run answered right and the other wrong</summary>";
  return `${tableMarkup(comparisonTable(comparison))}\n<details>${summary}\n${items}\n</details>`;
}

/** A table of finished text, every text escaped. */
function tableMarkup(table: Table): string {
  const { columns, rows, caption, notes = [] } = withoutDataColumns(table);
  const heads = columns.map((column) => `<th scope="col"${alignment(column)}>${escapeHtml(column.title)}</th>`);
  const body = rows.map((row) => {
    const cells = row.map((cell, c) => {
      const shown = escapeHtml(textOf(cell));
      const strong = isStrong(cell) ? `<strong>${shown}</strong>` : shown;
      return `<td dir="auto"${alignment(columns[c])}>${strong}</td>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  return [
    '<div class="scroll"><table>',
    ...(caption !== undefined ? [`<caption>${escapeHtml(caption)}</caption>`] : []),
    `<thead><tr>${heads.join("")}</tr></thead>`,
    `<tbody>\n${body.join("\n")}\n</tbody>`,
    "</table></div>",
    ...(notes.length > 0 ? [`<ul>${notes.map((note) => `<li>${escapeHtml(note)}</li>`).join("")}</ul>`] : []),
  ].join("\n");
}

function alignment(column: Column | undefined): string {
  return column?.align === "right" ? ' class="right"' : "";
}

/** What another researcher needs to repeat a run. Not where its files were: paths name the people whose they are. */
function runMarkup({ run, label, manifest, summary, partial, verification }: ReportedRun): string {
  const { protocol } = summary;
  const facts: [string, string][] = [
    ["run", run],
    ["state", partial ?? manifest.state],
    ...(verification === undefined
      ? []
      : [["items.jsonl", verification.message ?? verification.items] satisfies [string, string]]),
    ["created", manifest.created],
    ...(manifest.ended === undefined ? [] : [["ended", manifest.ended] satisfies [string, string]]),
    ["protocol", `${protocol.id}, version ${protocol.version}, ${JSON.stringify(protocol.parameters)}`],
    ["seed", String(manifest.seed ?? "none")],
    ["versions", list(manifest.versions)],
    ["machine", `${manifest.host.os}, ${manifest.host.architecture}, ${manifest.host.cpu}`],
    ["fingerprint (SHA-256 of all that can change a number)", manifest.fingerprint],
    ...manifest.inputs.map(({ role, name, ...input }): [string, string] => [
      role,
      `${fileName(name)}, ${describeRecordedIdentity(input).replace(/^sha256/, "SHA-256")}`,
    ]),
  ];
  const rows = facts.map(
    ([name, value]) => `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return `<h3>${escapeHtml(label)}</h3>\n<div class="scroll"><table><tbody>\n${rows.join("\n")}\n</tbody></table></div>`;
}

function list(entries: Readonly<Record<string, string>>): string {
  return Object.entries(entries)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text that HTML shows as it is, in elements and in attributes. */
export function escapeHtml(text: string): string {
  return withoutOverrides(text)
    .replace(/[^\P{Control}\n\t]|\p{Surrogate}/gu, " ")
    .replace(/[&<>"']/g, (character) => entities[character]!);
}
