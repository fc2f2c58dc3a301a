import assert from "node:assert/strict";
import type { ReadResult } from "../../../src/core/benchmarks/benchmark.ts";
import { itemNotes } from "../../../src/core/benchmarks/itemNotes.ts";
import { ownQuestions } from "../../../src/core/benchmarks/ownQuestions.ts";
import { answerText, files, read, textFile, texts } from "./fixtures.ts";

function readCase(name: string): ReadResult {
  return ownQuestions(name).read(files({ test: `own/questions/${name}` }));
}

const counts = (result: ReadResult) =>
  Object.fromEntries([...result.notes, ...itemNotes(result.items)].map(({ kind, count }) => [kind, count]));

const ids = ({ items }: ReadResult) => items.map(({ id }) => id);

describe("odd questions", () => {
  it("count once each where they are malformed, whatever is wrong with them", () => {
    const result = readCase("malformed.jsonl");
    assert.deepEqual(ids(result), ["a"]);
    assert.deepEqual(
      result.problems.map(({ place }) => place.line),
      [2, 3],
    );
    const { message } = result.problems[1]!;
    for (const field of ["question", "options", "answer", "split"])
      assert.match(`question: ${message}`, new RegExp(field));
    assert.doesNotMatch(message, /received|undefined|Invalid/);
  });

  it("count once each where they are malformed in a file that another file points to", () => {
    const record = { QUESTION: "Q?", CONTEXTS: ["c"], final_decision: "yes" };
    const test = textFile("ori_pqal.json", JSON.stringify({ "1": record, "2": { ...record, CONTEXTS: 7 } }));
    const labels = textFile("test_ground_truth.json", JSON.stringify({ "1": "yes", "2": "yes" }));
    assert.equal(read("pubmedqa", { test, labels }).problems.length, 1);
  });

  it("are left out where an option is empty or the right one is blank, and counted where another is blank", () => {
    const result = readCase("emptyopt.jsonl");
    assert.deepEqual(ids(result), ["d"]);
    assert.deepEqual(
      result.problems.map(({ message }) => message),
      ["Option D is empty.", "Option B is empty.", "Option B, the right one, is blank."],
    );
    assert.deepEqual(counts(result), { placeholderOptions: 1 });
  });

  it("have placeholders and equal options counted", () => {
    const result = readCase("placeholder.jsonl");
    assert.deepEqual(ids(result), ["a", "b"]);
    assert.deepEqual(counts(result), { duplicateOptions: 1, placeholderOptions: 2 });
  });

  it("have options named None, NA and null, which are what they say", () => {
    const result = readCase("none.jsonl");
    assert.deepEqual(result.items.map(texts), [
      ["None", "Two", "NA", "null"],
      ["True", "False"],
      ["0", "1", "NaN", "-"],
    ]);
    assert.deepEqual(result.items.map(answerText), ["None", "True", "0"]);
    assert.deepEqual(counts(result), { placeholderOptions: 1 });
  });

  it("have options that name the places of others counted, and no others", () => {
    assert.deepEqual(counts(readCase("positions.jsonl")), { positionalOptions: 1 });
    const positional = (option: string) =>
      itemNotes([{ ...readCase("positions.jsonl").items[0]!, options: [{ label: "A", text: option }] }]).length === 1;
    for (const option of [
      "A and C",
      "A, B and D only",
      "Neither A nor B",
      "(a) & (b)",
      "All of the above.",
      "None of the Above",
      "Options 1 and 3",
      "Toutes les réponses ci-dessus",
      "Todas las anteriores",
      "كل ما سبق",
    ]) {
      assert.ok(positional(option), option);
    }
    for (const option of [
      "Vitamin A and D",
      "Hepatitis A and B",
      "I and II only",
      "None of these drugs",
      "Above the diaphragm",
      "A",
      "Factor V",
      "All of them",
    ]) {
      assert.ok(!positional(option), option);
    }
  });

  it("are refused where an id is half a character, because two such ids are written alike", () => {
    const { items, problems } = readCase("surrid.jsonl");
    assert.deepEqual(items, []);
    assert.deepEqual(
      problems.map(({ place }) => [place.line, place.field]),
      [
        [1, "id"],
        [2, "id"],
      ],
    );
  });

  it("may have ten options", () => {
    const { items, problems } = readCase("tenOptions.jsonl");
    assert.deepEqual(problems, []);
    assert.deepEqual(items.map(answerText), ["Pancreas", "Kidney"]);
  });

  it("are told when they are among the few-shot examples too: three of HEAD-QA in English", () => {
    const result = read("head-qa-en", {
      test: "head_qa/overlap/test_HEAD_EN.json",
      dev: "head_qa/overlap/dev_HEAD_EN.json",
    });
    assert.deepEqual([result.items.length, result.shotPool.length, counts(result)["shotOverlap"]], [4, 4, 3]);
  });

  it("may be more than a list of arguments, and so may be the broken ones", () => {
    const many = 150_000;
    const good = Array.from(
      { length: many },
      (_, index) => `{"question":"${index}?","options":["x","y"],"answer":"A"}`,
    );
    const text = [...good, ...Array.from({ length: many }, () => "{")].join("\n");
    const { items, problems } = ownQuestions("own.jsonl").read(files({ test: textFile("own.jsonl", text) }));
    assert.deepEqual([items.length, problems.length], [many, many]);
  }).timeout(300_000);
});
