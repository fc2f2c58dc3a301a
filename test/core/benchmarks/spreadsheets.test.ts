import assert from "node:assert/strict";
import fc from "fast-check";
import type { DataProblem } from "../../../src/core/benchmarks/benchmark.ts";
import { ownQuestions } from "../../../src/core/benchmarks/ownQuestions.ts";
import { answerText, files, textFile, texts } from "./fixtures.ts";

function readCase(name: string) {
  return ownQuestions(name).read(files({ test: `own/spreadsheets/${name}` }));
}

/** The one problem of a file that cannot be read. */
function faultOf(name: string, content: string | Uint8Array): DataProblem {
  const file = typeof content === "string" ? textFile(name, content) : { path: name, bytes: content };
  const { items, problems } = ownQuestions(name).read(files({ test: file }));
  assert.deepEqual([items.length, problems.length], [0, 1], JSON.stringify(problems));
  return problems[0]!;
}

describe("what spreadsheet programs write", () => {
  for (const name of ["cr", "doublebom", "sep", "utf16", "semi", "tab"]) {
    it(`is read: ${name}.csv`, () => {
      const { items, problems, notes } = readCase(`${name}.csv`);
      assert.deepEqual([problems, notes], [[], []]);
      assert.deepEqual(
        items.map(({ id }) => id),
        ["q1", "q2", "q3"],
      );
      const separator = { semi: ";", tab: "\t" }[name] ?? ",";
      assert.equal(items[1]!.question, `A "mean" of 3${separator} 4 and 5?`);
      assert.deepEqual(items.map(answerText), ["Heart", "4", "Two"]);
      assert.deepEqual(texts(items[2]!), ["None", "NA", "Two", "null"]);
    });
  }

  it("is read with a mark of bytes, quoted names, and names in any case", () => {
    for (const name of ["quotehdr.csv", "hdrcase.csv"]) {
      const { items, problems, notes } = readCase(name);
      assert.deepEqual([problems, notes], [[], []], name);
      assert.deepEqual([items[0]!.id, items[0]!.options.map(({ label }) => label)], ["q1", ["A", "B"]]);
      assert.equal(answerText(items[0]!), "a");
    }
  });

  it("is verbatim, formulas included", () => {
    const [item] = readCase("formula.csv").items;
    assert.deepEqual([item!.id, texts(item!)], ["=1+1", ["=cmd|'/c calc'!A1", "b"]]);
  });

  it("is refused where a space after every comma would become a part of the texts", () => {
    const { items, problems } = readCase("hdrspace.csv");
    assert.deepEqual([items, problems.length], [[], 1]);
    assert.match(problems[0]!.message, /begins with a space/);
    assert.match(problems[0]!.hint!, /Remove the space/);
  });

  it("is named for what it is where it cannot be read", () => {
    const wide = (text: string) => Uint8Array.from(Buffer.from(text, "utf16le"));
    assert.match(faultOf("a.csv", wide("question,A,B,answer")).message, /may be UTF-16/);
    assert.match(faultOf("a.jsonl", wide('{"question": "q"}')).message, /may be UTF-16/);
    assert.match(faultOf("a.csv", Uint8Array.from([0x50, 0x4b, 3, 4, 20, 0])).message, /spreadsheet/);
    assert.match(faultOf("a.csv", Uint8Array.from([0xff, 0xfe, 0x00, 0xd8])).message, /not UTF-16/);
  });

  it("has the columns named that were found, with the nearest to what is missing", () => {
    const { message, hint } = faultOf("a.csv", "ID,Questoin,A,B,Correct\nq1,x?,a,b,A\n");
    assert.match(message, /no column "question"/);
    assert.match(hint!, /The columns are "id", "Questoin", "A", "B", "Correct"\./);
    assert.match(hint!, /Rename "Questoin" to "question"\. Rename "Correct" to "answer"/);
    assert.match(faultOf("a.csv", "question|A|B|answer\nx|a|b|A\n").hint!, /one column only/);
  });

  it("gives the same questions in every form", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", ";", "\t", " ", "é", "م", "\n"), minLength: 1 });
    const form = fc.record({
      separator: fc.constantFrom(",", ";", "\t"),
      declared: fc.boolean(),
      lineEnd: fc.constantFrom("\n", "\r\n", "\r"),
      encoding: fc.constantFrom("utf8", "utf16le"),
      mark: fc.boolean(),
    });
    const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1 }), form, (rows, given) => {
        const { separator, declared, lineEnd, encoding, mark } = given;
        const content = rows.map((row) => row.map((text) => text.replaceAll("\n", lineEnd)));
        const header = `question${separator}A${separator}B${separator}answer${lineEnd}`;
        const lines = content.map((row) => [...row.map(quote), "A"].join(separator) + lineEnd);
        const text = (declared ? `sep=${separator}${lineEnd}` : "") + header + lines.join("");
        const bytes = Buffer.from((mark || encoding === "utf16le" ? "\ufeff" : "") + text, encoding as BufferEncoding);
        const file = { path: "own.csv", bytes: Uint8Array.from(bytes) };
        const { items, problems } = ownQuestions("own.csv").read(files({ test: file }));
        const blank = content.filter(([, right]) => right!.trim() === "").length;
        assert.equal(problems.length, blank);
        assert.deepEqual(
          items.map((item) => [item.question, ...texts(item)]),
          content.filter(([, right]) => right!.trim() !== ""),
        );
      }),
      { seed: 11, numRuns: 300 },
    );
  });
});

describe("fields of other data sets", () => {
  const fault = (record: object) => faultOf("a.jsonl", JSON.stringify(record));
  const question = "Which valve is left?";
  const options = ["Mitral", "Tricuspid"];

  it("are named with what to call them", () => {
    const labelled = fault({ question, options, label: 0 });
    assert.equal(labelled.message, 'The key "answer" is missing.');
    assert.match(labelled.hint!, /Rename "label" to "answer", with the label of the right option in it\./);
    const other = fault({ stem: question, choices: options, answer: "A" });
    assert.match(other.message, /"question" is missing.*"options" is missing/);
    assert.match(other.hint!, /Rename "stem" to "question"\. Rename "choices" to "options"/);
  });

  it("may hold the label, where the answer is a text", () => {
    const beside = fault({ question, options: { A: "Mitral", B: "Tricuspid" }, answer: "Mitral", answer_idx: "A" });
    assert.equal(beside.message, 'The answer "Mitral" is the text of option A, where its label is expected.');
    assert.equal(beside.hint, 'The label is in "answer_idx": rename that field to "answer".');
    assert.equal(fault({ question, options, answer: "Tricuspid" }).hint, 'Write "B".');
    assert.equal(fault({ question, options, answer: "b " }).hint, 'Write "B".');
    const csv = faultOf("a.csv", "question,A,B,answer,label\nq?,x,y,y,B\n");
    assert.match(csv.hint!, /The label is in "label"/);
  });
});
