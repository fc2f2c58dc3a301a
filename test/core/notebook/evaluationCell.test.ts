import assert from "node:assert/strict";
import fc from "fast-check";
import { ConfigurationError, FileError } from "../../../src/core/errors.ts";
import { evaluationCells, readEvaluationCell, withCellPlace } from "../../../src/core/notebook/evaluationCell.ts";
import { parseNotebook } from "../../../src/core/notebook/notebook.ts";
import { withResult } from "../../../src/core/notebook/result.ts";
import { serializeNotebook } from "../../../src/core/notebook/serialize.ts";

const lines = [
  "---",
  "title: Study",
  "---",
  "# Aim",
  "",
  "```mcqa",
  "benchmark: sample",
  "models: a.gguf",
  "```",
  "",
  "<!-- medley:result runs=r cell=0123456789abcdef -->",
  "| n |",
  "<!-- /medley:result -->",
  "",
  "<!-- medley:cell -->",
  "",
  "```prompt",
  "model: a",
  "```",
  "~~~mcqa",
  "benchmark: sample",
  "shots: many",
  "modells: a.gguf",
  "~~~",
];
const cellsOf = (text: string) => evaluationCells(parseNotebook(text));

describe("evaluation cells", () => {
  for (const [name, eol] of [
    ["\\n", "\n"],
    ["\\r\\n", "\r\n"],
  ] as const) {
    it(`know their number and line in a file with ${name}`, () => {
      const cells = cellsOf(lines.join(eol));
      assert.deepEqual(
        cells.map(({ number, line }) => [number, line]),
        [
          [1, 7],
          [2, 21],
        ],
      );
    });
  }

  it("give what is written, and the same with every default", () => {
    const [cell] = cellsOf(lines.join("\n"));
    const { given, resolved } = readEvaluationCell(cell!, "s.mcqa.md");
    assert.deepEqual(given, { benchmark: "sample", models: "a.gguf" });
    assert.equal(resolved.compare, "paired");
  });

  it("name the line of the file for every problem", () => {
    const cell = cellsOf(lines.join("\n"))[1]!;
    assert.throws(
      () => readEvaluationCell(cell, "s.mcqa.md"),
      (error) => {
        assert.ok(error instanceof ConfigurationError);
        assert.equal(error.place?.file, "s.mcqa.md");
        const named = [
          error.place.line,
          ...[...error.message.matchAll(/^line (\d+)/gm)].map(([, line]) => Number(line)),
        ];
        assert.deepEqual(named.toSorted(), [21, 22, 23]);
        return true;
      },
    );
  });

  it("give errors about a key the key's place in the file, and leave others alone", () => {
    const [cell] = cellsOf(lines.join("\n"));
    const placed = withCellPlace(
      new ConfigurationError("No.", { hint: "Do.", place: { field: "models" } }),
      cell!,
      "s.md",
    );
    assert.ok(placed instanceof ConfigurationError);
    assert.deepEqual(placed.place, { file: "s.md", line: 8, column: 1, field: "models" });
    assert.equal(placed.hint, "Do.");
    const elsewhere = new ConfigurationError("No.", { place: { file: "p.yaml", line: 3 } });
    assert.equal(withCellPlace(elsewhere, cell!, "s.md"), elsewhere);
    const file = new FileError("No.");
    assert.equal(withCellPlace(file, cell!, "s.md"), file);
  });

  it("are on the same lines behind a byte order mark, which is no line", () => {
    for (const text of ["```mcqa\na: 1\n```\n", "---\na: 1\n---\n```mcqa\na: 1\n```\n", "\n# Text\n\n```mcqa\n```\n"]) {
      assert.deepEqual(
        cellsOf(`\uFEFF${text}`).map(({ line }) => line),
        cellsOf(text).map(({ line }) => line),
      );
    }
  });

  it("are on the lines where their text is, whatever the document, also after a result was written", () => {
    const line = fc.constantFrom(...lines, "", "text", "    ```", "````", "<!--", "-->");
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), fc.constantFrom("\n", "\r\n", "\r"), (document, eol) => {
        const check = (text: string): void => {
          const all = text.split(/\r\n|\r|\n/);
          for (const cell of cellsOf(text)) {
            const first = cell.source.split("\n")[0]!;
            if (cell.source !== "") assert.equal(all[cell.line - 1], first);
          }
        };
        const text = document.join(eol);
        check(text);
        const notebook = parseNotebook(text);
        const [cell] = evaluationCells(notebook);
        if (cell !== undefined) check(serializeNotebook(withResult(notebook, cell.index, ["r"], "| a |\n")));
      }),
      { seed: 3, numRuns: 500 },
    );
  });
});
