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

  it("writes LaTeX with booktabs in which every special character is printed", () => {
    const latex = renderTable(table, "latex");
    assert.match(
      latex,
      /\\toprule\nmodel & accuracy \\\\\n\\midrule\nbio\|mistral\\_7B & \\textbf\{50\.6 \$\\pm\$ 1\.4\} \\\\/,
    );
    assert.match(latex, /Wilson, 95 \\%/);
  });

  it("writes CSV that reads back, whatever the text, and that no spreadsheet runs as a formula", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.string()), { minLength: 1 }), (rows) => {
        const read: string[][] = parse(renderTable({ ...table, rows }, "csv"), { from: 2, relax_column_count: true });
        const expected = rows.map((row) =>
          row.map((text) => (/^[=+@\t\r]|^-(?![\d.]+$)/.test(text) ? `'${text}` : text)),
        );
        assert.deepEqual(read, expected);
      }),
      { seed: 4 },
    );
  });

  it("writes numbers into CSV so that a spreadsheet reads them as numbers", () => {
    const numbers: Table = { columns: [{ title: "d", align: "right" }], rows: [["−0.100"], ["+0.067"], ["+1-cmd"]] };
    assert.equal(renderTable(numbers, "csv"), "d\n-0.100\n0.067\n'+1-cmd\n");
  });
});
