import assert from "node:assert/strict";
import { ownQuestions } from "../../../src/core/benchmarks/ownQuestions.ts";
import { requireUsable } from "../../../src/core/benchmarks/reading.ts";
import { ConfigurationError, DataError } from "../../../src/core/errors.ts";
import { answerText, files, textFile, texts } from "./fixtures.ts";

function read(path: string, text: string) {
  return ownQuestions(path).read(files({ test: textFile(path, text) }));
}

describe("Own questions", () => {
  it("read JSON lines with options as a list or by label", () => {
    const { items, shotPool, problems } = read(
      "data/cardiology.jsonl",
      [
        '{"id": "q1", "question": " Which? ", "options": ["None", "NA"], "answer": "B", "subject": "valves"}',
        '{"question": "Lequel ?", "options": {"2": "deux", "1": "un"}, "answer": "1", "context": ["p", "q"], "language": "fr"}',
        '{"question": "An example", "options": ["x", "y"], "answer": "A", "split": "shots", "context": "one"}',
      ].join("\n"),
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(
      items.map(({ id }) => id),
      ["q1", "test-1"],
    );
    assert.equal(items[0]!.benchmark, "cardiology.jsonl");
    assert.equal(items[0]!.question, " Which? ");
    assert.deepEqual(items.map(answerText), ["NA", "un"]);
    assert.deepEqual(texts(items[1]!), ["deux", "un"]);
    assert.deepEqual(
      items.map(({ language }) => language),
      ["en", "fr"],
    );
    assert.deepEqual(items[1]!.context, ["p", "q"]);
    assert.deepEqual([shotPool[0]!.id, shotPool[0]!.context], ["shots-2", ["one"]]);
  });

  it("read CSV with a header, options of different number, and line breaks in cells", () => {
    const { items, shotPool, problems } = read(
      "own.csv",
      'id,question,A,B,C,answer,split\n7,"Two\nlines",x,y,,B,\n,Three,x,y,None,C,test\n,Shot,x,y,z,A,shots\n',
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(
      items.map(({ id, question }) => [id, question]),
      [
        ["7", "Two\nlines"],
        ["test-1", "Three"],
      ],
    );
    assert.deepEqual(items.map(texts), [
      ["x", "y"],
      ["x", "y", "None"],
    ]);
    assert.deepEqual(items.map(answerText), ["y", "None"]);
    assert.equal(shotPool.length, 1);
  });

  it("name line and field of everything that is wrong, and keep the rest", () => {
    const { items, problems } = read(
      "own.jsonl",
      [
        '{"question": "ok", "options": ["x", "y"], "answer": "A"}',
        '{"question": "no answer", "options": ["x", "y"]}',
        '{"question": "number", "options": ["x", "y"], "answer": 0}',
        '{"question": "other label", "options": ["x", "y"], "answer": "C"}',
        '{"question": "one option", "options": ["x"], "answer": "A"}',
        '{"question": "empty option", "options": ["x", ""], "answer": "A"}',
        '{"question": "", "options": ["x", "y"], "answer": "A"}',
        '{"question": "half", "options": ["\\ud800", "y"], "answer": "A"}',
        '{"question": "twice", "options": {"A": "x", "A": "y", "B": "z"}, "answer": "A"}',
        '{"id": "same", "question": "p", "options": ["x", "y"], "answer": "A"}',
        '{"id": "same", "question": "q", "options": ["x", "y"], "answer": "A"}',
        '["no", "object"]',
        "{broken",
      ].join("\n"),
    );
    assert.deepEqual(
      items.map(({ question }) => question),
      ["ok", "p"],
    );
    assert.deepEqual(
      problems
        .map(({ place }) => [place.line, place.field])
        .toSorted((left, right) => Number(left[0]) - Number(right[0])),
      [
        [2, "answer"],
        [3, "answer"],
        [4, "answer"],
        [5, "options"],
        [6, "options"],
        [7, "question"],
        [8, "options"],
        [9, "A"],
        [11, "id"],
        [12, undefined],
        [13, undefined],
      ],
    );
  });

  it("are refused as a whole when strict, or when nothing is left", () => {
    const text = '{"question": "ok", "options": ["x", "y"], "answer": "A"}\n{}\n';
    const result = read("own.jsonl", text);
    const definition = ownQuestions("own.jsonl");
    requireUsable(definition, result, { strict: false });
    assert.throws(
      () => requireUsable(definition, result, { strict: true }),
      (error: unknown) => {
        assert.ok(error instanceof DataError);
        assert.deepEqual(error.place, { file: "own.jsonl", line: 2, field: "question" });
        return true;
      },
    );
    for (const empty of ["", "\n\n", "[]", "{}"]) {
      assert.throws(() => requireUsable(definition, read("own.jsonl", empty), { strict: false }), DataError, empty);
    }
  });

  it("refuse a header without the needed columns or with a gap", () => {
    for (const header of [
      "question,A,B",
      "A,B,answer",
      "question,A,C,answer",
      "question,A,B,D,answer",
      "question,A,A,B,answer",
    ]) {
      const { items, problems } = read("own.csv", `${header}\nq,x,y,A,A\n`);
      assert.equal(items.length, 0, header);
      assert.deepEqual([problems[0]!.scope, problems[0]!.place.line], ["file", 1], header);
    }
  });

  it("refuse an empty option between others, and rows of another length", () => {
    const { items, problems } = read("own.csv", "question,A,B,C,answer\nq,x,,z,A\nr,x,y,z\ns,x,y,z,C\n");
    assert.deepEqual(
      items.map(({ question }) => question),
      ["s"],
    );
    assert.deepEqual(
      problems.map(({ place }) => place.line),
      [2, 3],
    );
  });

  it("count fields and columns that they do not know", () => {
    const jsonl = read("own.jsonl", '{"question": "q", "options": ["x", "y"], "answer": "A", "anwser": "B"}');
    assert.match(jsonl.notes[0]!.message, /"anwser"/);
    const csv = read("own.csv", "question,A,B,answer,Comment\nq,x,y,A,z\n");
    assert.match(csv.notes[0]!.message, /"Comment"/);
  });

  it("refuse another kind of file", () => {
    assert.throws(() => ownQuestions("questions.xlsx"), ConfigurationError);
  });
});
