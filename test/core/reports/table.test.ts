import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { renderTable, type Table } from "../../../src/core/reports/table.ts";

const table: Table = {
  caption: "Results_1",
  columns: [
    { title: "model", align: "left" },
    { title: "accuracy", align: "right" },
  ],
  rows: [
    ["bio|mistral_7B", "50.6 ± 1.4"],
    ['<b>"x", y</b>', "9.0"],
  ],
  emphasized: new Set(["0:1"]),
  notes: ["Interval: Wilson, 95 %."],
};

describe("tables", () => {
  it("aligns columns for a terminal and marks what stands out", () => {
    assert.equal(
      renderTable(table, "text"),
      [
        "Results_1",
        "model               accuracy",
        "──────────────  ────────────",
        "bio|mistral_7B  50.6 ± 1.4 *",
        '<b>"x", y</b>            9.0',
        "Interval: Wilson, 95 %.",
        "",
      ].join("\n"),
    );
  });

  it("writes Markdown in which no text is markup", () => {
    const markdown = renderTable(table, "markdown");
    assert.match(markdown, /^\| bio\\\|mistral\\_7B \| \*\*50\.6 ± 1\.4\*\* \|$/m);
    assert.match(markdown, /&lt;b>/);
  });

  it("shows what would turn the writing direction around by its code, but leaves data as they are", () => {
    const turned: Table = { columns: [{ title: "model", align: "left" }], rows: [["a\u202Efugg\u2069"]] };
    for (const format of ["text", "markdown", "latex"] as const)
      assert.match(renderTable(turned, format), /aU\+202EfuggU\+2069/);
    assert.match(renderTable(turned, "csv"), /^a\u202Efugg\u2069$/m);
  });

  it("writes LaTeX with booktabs in which every special character is printed", () => {
    const latex = renderTable(table, "latex");
    assert.match(
      latex,
      /\\toprule\nmodel & accuracy \\\\\n\\midrule\nbio\\textbar\{\}mistral\\_7B & \\textbf\{50\.6 \$\\pm\$ 1\.4\} \\\\/,
    );
    assert.match(latex, /Wilson, 95 \\%/);
  });

  it("writes LaTeX in which dashes, brackets and comparison signs are what they were", () => {
    const signs: Table = { columns: [{ title: "p", align: "left" }], rows: [["<0.0001"], ["[a] * b"], ["q4--k 1–2"]] };
    const lines = renderTable(signs, "latex").split("\n");
    assert.deepEqual(
      lines.filter((line) => line.endsWith("\\\\")),
      ["p \\\\", "\\textless{}0.0001 \\\\", "{[}a] {*} b \\\\", "q4-{}-k 1--2 \\\\"],
    );
  });

  it("writes CSV that reads back, whatever the text, and that no spreadsheet runs as a formula", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.string()), { minLength: 1 }), (rows) => {
        const read: string[][] = parse(renderTable({ ...table, rows }, "csv"), { from: 2, relax_column_count: true });
        const expected = rows.map((row) =>
          row.map((text) => (/^\s*[=+@＝＋－＠]|^[\t\r\n]|^\s*-(?![\d.]+$)/.test(text) ? `'${text}` : text)),
        );
        assert.deepEqual(read, expected);
      }),
      { seed: 4 },
    );
  });

  it("writes numbers into CSV so that a spreadsheet reads them as numbers", () => {
    const columns: Table["columns"] = [
      { title: "item", align: "left" },
      { title: "d", align: "right" },
    ];
    const rows = [
      ["007", "−0.100"],
      ["+5", "+0.067"],
      ["–", "–"],
      [" =1", "+1-cmd"],
    ];
    assert.equal(renderTable({ columns, rows }, "csv"), "item,d\n007,-0.100\n'+5,0.067\n–,\n' =1,'+1-cmd\n");
  });
});
