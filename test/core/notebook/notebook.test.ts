import assert from "node:assert/strict";
import fc from "fast-check";
import { type Notebook, parseNotebook } from "../../../src/core/notebook/notebook.ts";
import { isResultStale, readResultMarkdown, readResultMarker, withResult } from "../../../src/core/notebook/result.ts";
import { serializeNotebook } from "../../../src/core/notebook/serialize.ts";

const study = [
  "---",
  "title: Study",
  "---",
  "# Aim",
  "",
  "Prose with `code`.",
  "",
  "```mcqa",
  "benchmark: sample",
  "model: tiny.gguf",
  "```",
  "",
  "<!-- medley:result runs=a,b cell=0123456789abcdef -->",
  "",
  "| n |",
  "|--:|",
  "",
  "<!-- /medley:result -->",
  "",
  "## After",
  "",
  "```python",
  "print()",
  "```",
  "",
].join("\n");

/** Pieces of documents that are hard to keep: terminators, fences in fences, comments, markers without partner. */
const piece = fc.constantFrom(
  "---\n", "text", "\n", "\r\n", "\r", "```mcqa\n", "```\n", "````\n", "~~~prompt\r\n", "~~~\n", "  ```\n", "<!-- ",
  " -->\n", "<!-- medley:result runs=a cell=0123456789abcdef -->\n", "<!-- /medley:result -->\n",
  "<!-- medley:cell -->\n", "> ```mcqa\n", "    ```mcqa\n", "\uFEFF", "سؤال",
  "<!-- medley:result", "<!-- /medley:result -->", "<!-- medley:cell", "<!-- medley:cell --> x\n", " <!-- medley:cell -->\n",
  "<!-- medley:result runs=a cell=0123456789abcdef --> x\n", "  <!-- /medley:result -->\n", "<!-- /medley:result --> x\n", "\u2028", "a: 1\n", "``` mcqa {x}\n", "\t",
); // prettier-ignore
const document = fc.oneof(
  fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join("")),
  fc.string({ unit: "binary", maxLength: 200 }),
);

const kinds = (notebook: Notebook): string[] => notebook.cells.map((cell) => cell.kind);
const edit = (text: string, index: number, source: string): string => {
  const notebook = parseNotebook(text);
  const cells = notebook.cells.map((cell, position) => (position === index ? { ...cell, source } : cell));
  return serializeNotebook({ ...notebook, cells });
};

describe("notebook format", () => {
  it("reads prose, evaluation cells and their results", () => {
    const notebook = parseNotebook(study);
    assert.deepEqual(kinds(notebook), ["markdown", "evaluation", "markdown"]);
    assert.equal(notebook.preamble, "---\ntitle: Study\n---\n");
    assert.equal(notebook.cells[1]!.source, "benchmark: sample\nmodel: tiny.gguf");
    assert.deepEqual(readResultMarker(notebook.cells[1]!), { runs: ["a", "b"], cell: "0123456789abcdef" });
    assert.equal(readResultMarkdown(notebook.cells[1]!), "| n |\n|--:|");
    assert.equal(notebook.cells[2]!.source, "## After\n\n```python\nprint()\n```");
  });

  it("keeps a byte order mark out of the first cell", () => {
    const notebook = parseNotebook("\uFEFF# Aim\n");
    assert.deepEqual([notebook.preamble, notebook.cells[0]!.source], ["\uFEFF", "# Aim"]);
    assert.equal(edit("\uFEFF# Aim\n", 0, "# Goal"), "\uFEFF# Goal\n");
  });

  it("writes back markers that are slightly off, as they are", () => {
    const cell = "```mcqa\n```\n";
    for (const marker of [
      "<!-- medley:result<!-- /medley:result -->",
      "<!-- medley:result runs=a --> text\n<!-- /medley:result -->\n",
      " <!-- medley:result runs=a -->\n<!-- /medley:result -->\n",
      "<!-- medley:result\nruns=a -->\n<!-- /medley:result -->\n",
      "<!-- medley:result runs=a -->\n<!-- /medley:result --> text\n",
    ]) {
      assert.equal(serializeNotebook(parseNotebook(cell + marker)), cell + marker);
    }
  });

  it("is written in time that grows with its length, also with openings of results that nothing closes", () => {
    const text = ("```mcqa\na: 1\n```\n\n<!-- medley:result runs=a -->\n\n".repeat(20_000) + "x".repeat(100)).trimEnd();
    assert.equal(serializeNotebook(parseNotebook(text)), text);
  });

  it("writes back every document byte for byte", () => {
    fc.assert(
      fc.property(document, (text) => assert.equal(serializeNotebook(parseNotebook(text)), text)),
      { seed: 1, numRuns: 3000 },
    );
  });

  it("does not take a fence inside another fence, a comment, a quote or an indented block for a cell", () => {
    for (const text of [
      "````md\n```mcqa\na: 1\n```\n````\n",
      "<!--\n```mcqa\na: 1\n```\n-->\n",
      "> ```mcqa\n> a: 1\n> ```\n",
      "    ```mcqa\n    a: 1\n    ```\n",
      "```mcqa-old\na: 1\n```\n",
    ]) {
      assert.deepEqual(kinds(parseNotebook(text)), ["markdown"], text);
    }
  });

  it("changes only the lines of the cell that was edited, and keeps the line ends of the rest", () => {
    const mixed = "intro\r\n\r\n```mcqa\r\na: 1\nb: 2\r\n```\r\nend";
    assert.equal(edit(mixed, 1, "a: 1\nb: 3"), "intro\r\n\r\n```mcqa\r\na: 1\nb: 3\r\n```\r\nend");
    assert.equal(edit(mixed, 1, "a: 1\nx: 0\nb: 2"), "intro\r\n\r\n```mcqa\r\na: 1\nx: 0\r\nb: 2\r\n```\r\nend");
    assert.equal(
      edit(study, 1, "benchmark: medqa-4"),
      study.replace(/benchmark: sample\n.*\n/, "benchmark: medqa-4\n"),
    );
  });

  it("reads back what was written after any edit of any cell", () => {
    fc.assert(
      fc.property(
        document,
        fc.nat(),
        fc.array(piece).map((pieces) => pieces.join("")),
        (text, where, written) => {
          const before = parseNotebook(text);
          const index = where % Math.max(1, before.cells.length);
          const target = before.cells[index];
          if (target === undefined || target.kind === "markdown") return;
          const source = written.replace(/\r\n|\r/g, "\n").replace(/\n$/, "");
          const after = parseNotebook(edit(text, index, source));
          assert.equal(after.cells[index]!.source, source);
          assert.deepEqual(kinds(after), kinds(before));
        },
      ),
      { seed: 2, numRuns: 3000 },
    );
  });

  it("keeps cells apart that were added in any order", () => {
    const cell = fc.record({
      kind: fc.constantFrom("markdown" as const, "evaluation" as const, "prompt" as const),
      source: fc.constantFrom("a: 1", "text", "two\n\nparts", "``` x\nopen", "```\nclosed\n```", "<!-- open"),
    });
    fc.assert(
      fc.property(document, fc.array(cell, { maxLength: 5 }), fc.nat(), (text, added, where) => {
        const notebook = parseNotebook(text);
        const at = where % (notebook.cells.length + 1);
        const cells = [...notebook.cells.slice(0, at), ...added, ...notebook.cells.slice(at)];
        const again = parseNotebook(serializeNotebook({ ...notebook, cells }));
        assert.deepEqual(
          kinds(again),
          cells.map(({ kind }) => kind),
        );
      }),
      { seed: 3, numRuns: 3000 },
    );
  });

  it("keeps a fence of 200,000 lines as it is", () => {
    const text = `# Title\n\n\`\`\`python\n${"x = 1\n".repeat(200_000)}\`\`\`\nend\n`;
    assert.equal(serializeNotebook(parseNotebook(text)), text);
  });

  it("saves a result under its cell, replaces it, and knows when it is stale", () => {
    const first = withResult(parseNotebook("```mcqa\na: 1\n```\nend\n"), 0, ["r1"], "| n |\n|--:|\n| 5 |");
    const text = serializeNotebook(first);
    assert.match(text, /```\n\n<!-- medley:result runs=r1 cell=[0-9a-f]{16} -->\n\n\| n \|[^]*\n\nend\n$|end\n$/);
    const read = parseNotebook(text);
    assert.equal(isResultStale(read.cells[0]!), false);
    assert.equal(isResultStale({ ...read.cells[0]!, source: "a: 2" }), true);
    const second = serializeNotebook(withResult(read, 0, ["r2"], "new <!-- /medley:result -->"));
    assert.deepEqual(readResultMarker(parseNotebook(second).cells[0]!)!.runs, ["r2"]);
    assert.equal(parseNotebook(second).cells.length, 2);
    assert.throws(() => withResult(read, 0, ["a b"], ""), /cannot be written/);
  });
});
