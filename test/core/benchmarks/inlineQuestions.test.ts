import assert from "node:assert/strict";
import { inlineQuestions, inlineQuestionsSchema } from "../../../src/core/benchmarks/inlineQuestions.ts";
import { parseYaml, readYaml } from "../../../src/core/yaml/readYaml.ts";
import { placeInLines } from "../../support/placeInLines.ts";
import { answerText, texts } from "./fixtures.ts";

function read(yaml: string) {
  const questions = parseYaml(yaml, inlineQuestionsSchema);
  const { definition, file } = inlineQuestions(questions, "fr");
  return { ...definition.read(new Map([["test", file]])), text: new TextDecoder().decode(file.bytes) };
}

/** `line:column message` of everything wrong. */
function problems(yaml: string): string[] {
  const found = readYaml(yaml, inlineQuestionsSchema).problems;
  return found.map(({ range, message }) => `${placeInLines(yaml, range.start)} ${message}`);
}

describe("Inline questions", () => {
  it("have options as a list or by label, and an answer by label or text", () => {
    const { items, shotPool } = read(`
- { question: Which?, options: [this, that], answer: B, context: A paragraph., subject: pointing }
- { id: second, question: Which?, options: { b: this, a: that }, answer: this, language: en }
- { question: An example, options: [x, y], answer: A, split: shots }
`);
    assert.deepEqual(
      items.map(({ id, benchmark, language, subject }) => [id, benchmark, language, subject]),
      [
        ["1", "inline", "fr", "pointing"],
        ["second", "inline", "en", undefined],
      ],
    );
    assert.deepEqual(items.map(answerText), ["that", "this"]);
    assert.deepEqual(texts(items[1]!), ["this", "that"]);
    assert.deepEqual(items[0]!.context, ["A paragraph."]);
    assert.equal(shotPool.length, 1);
  });

  it("are the same data however they are written", () => {
    const flow = read("- { question: Which?, options: [this, that], answer: that }");
    const block = read('- answer: "B"\n  options:\n    - this\n    - that\n  # a remark\n  question: >-\n    Which?\n');
    assert.equal(flow.text, block.text);
    assert.notEqual(flow.text, read("- { question: Which?, options: [that, this], answer: that }").text);
  });

  it("say at the exact place what is wrong with them", () => {
    assert.deepEqual(problems("- question: Which?\n  options: [this, that]\n  answer: these"), [
      '3:11 The answer "these" is none of the labels A, B.',
    ]);
    assert.deepEqual(problems("- question: Which?\n  options: [B, A]\n  answer: A"), [
      '3:11 The answer "A" could mean the options A and B.',
    ]);
    assert.deepEqual(problems("- question: Which?\n  options: [this]\n  answer: A"), [
      "2:12 There are fewer than two options.",
    ]);
    assert.deepEqual(problems("- question: Which?\n  options: { 1: this, 2: that }\n  answer: this"), [
      "2:17 A label may not be a whole number; write the options as a list.",
      "2:26 A label may not be a whole number; write the options as a list.",
    ]);
    assert.deepEqual(problems("- question: Which?\n  options: [1, 2]\n  answer: A\n  anwser: B"), [
      "2:13 Expected a text, found 1.",
      "2:16 Expected a text, found 2.",
      '4:3 Unknown key "anwser".',
    ]);
    const twice = "- { id: a, question: Which?, options: [x, y], answer: A }\n";
    assert.deepEqual(problems(twice + twice), ["2:9 The id a belongs to another question too."]);
    assert.deepEqual(problems("- { question: Which?, options: [x, y], answer: A, split: shots }"), [
      "1:1 All of them are examples for few-shot prompts; none is asked.",
    ]);
    assert.deepEqual(problems("[]"), ["1:1 The list is empty."]);
  });
});
