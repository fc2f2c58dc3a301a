import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { noNumber, numberCell, type Cell } from "../../../src/core/reports/cells.ts";
import { numberColumn, renderTable, tableFormats, textColumn, type Table } from "../../../src/core/reports/table.ts";

const table: Table = {
  caption: "Results_1",
  columns: [textColumn("model"), numberColumn("accuracy")],
  rows: [
    ["bio|mistral_7B", { ...numberCell(50.6, "50.6 ± 1.4"), strong: true }],
    ['<b>"x", y</b>', numberCell(9, "9.0")],
  ],
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

  it("shows what would turn the writing direction around, or hide, by its code in every format", () => {
    const turned: Table = { columns: [textColumn("model")], rows: [["a\u202Efu\u200Fgg\u2069\u200B"]] };
    for (const format of tableFormats) assert.match(renderTable(turned, format), /aU\+202EfuU\+200FggU\+2069U\+200B/);
    const joined: Table = {
      columns: [textColumn("model")],
      rows: [["\u0645\u06CC\u200C\u0634\u0648\u062F"]],
    };
    assert.match(renderTable(joined, "csv"), /^\u0645\u06CC\u200C\u0634\u0648\u062F$/m);
  });

  it("holds nothing that a terminal would obey, in captions and notes neither", () => {
    const text = "a\u001b[2J\u0007\u009b31mb\n\u001b]0;t";
    const table: Table = { caption: text, columns: [textColumn(text)], rows: [[text]], notes: [text] };
    for (const format of tableFormats) {
      assert.doesNotMatch(renderTable(table, format).replaceAll("\n", ""), /\p{Control}/u, format);
    }
    assert.match(renderTable(table, "csv"), /^"aU\+001B\[2JU\+0007U\+009B31mb$/m);
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
    const signs: Table = { columns: [textColumn("p")], rows: [["<0.0001"], ["[a] * b"], ["q4--k 1–2"]] };
    const lines = renderTable(signs, "latex").split("\n");
    assert.deepEqual(
      lines.filter((line) => line.endsWith("\\\\")),
      ["p \\\\", "\\textless{}0.0001 \\\\", "{[}a] {*} b \\\\", "q4-{}-k 1--2 \\\\"],
    );
  });

  const text = fc.oneof(
    fc.string(),
    fc.array(fc.constantFrom(...";\"=\t\r\n @-+'a1,|"), { maxLength: 8 }).map((characters) => characters.join("")),
  );

  it("writes CSV that reads back but for the marks of formulas, whatever the text", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 1 }), (rows) => {
        const read: string[][] = parse(renderTable({ ...table, rows }, "csv"), { from: 2, relax_column_count: true });
        const plain = (cells: readonly (readonly string[])[]) =>
          cells.map((row) => row.map((of) => of.replaceAll("'", "")));
        assert.deepEqual(plain(read), plain(rows));
      }),
      { seed: 4 },
    );
  });

  it("writes CSV that no spreadsheet runs as a formula, whichever character separates its cells", () => {
    const isFormula = (cell: string) => /^[\s"]*(?:[=+@＝＋－＠]|-(?![\d.]+$))/.test(cell);
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 3 }), (cells) => {
        const columns = cells.map(() => textColumn("x"));
        const csv = renderTable({ columns, rows: [cells] }, "csv").slice(0, -1);
        const [, row] = parse(csv, { relax_column_count: true }) as string[][];
        for (const cell of row ?? []) assert.ok(!isFormula(cell), JSON.stringify(cell));
        // Where a semicolon or a tab separates cells, quotes inside of them are none, and lines end within.
        for (const separator of [";", "\t"]) {
          for (const [index, cell] of csv
            .split(/[\r\n]/)
            .flatMap((line) => line.split(separator))
            .entries()) {
            if (index > 0) assert.ok(!isFormula(cell.replace(/^(-[\d.]+),.*/, "$1")), JSON.stringify(cell));
          }
        }
      }),
      { seed: 4, numRuns: 2000 },
    );
    const columns: Table["columns"] = [textColumn("item")];
    assert.equal(
      renderTable({ columns, rows: [["a;=cmd()"], ['a,b; "=cmd()']] }, "csv"),
      `item\na;'=cmd()\n"a,b;' ""=cmd()"\n`,
    );
  });

  it("writes numbers into CSV so that a spreadsheet reads them as numbers", () => {
    const columns: Table["columns"] = [textColumn("item"), numberColumn("d")];
    const rows: Cell[][] = [
      ["007", numberCell(-0.1, "−0.100")],
      ["+5", numberCell(0.067, "+0.067")],
      ["–", noNumber()],
      [" =1", "+1-cmd"],
    ];
    assert.equal(renderTable({ columns, rows }, "csv"), "item,d\n007,-0.100\n'+5,0.067\n–,\n' =1,'+1-cmd\n");
  });
});
