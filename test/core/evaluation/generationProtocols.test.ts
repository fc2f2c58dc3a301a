import assert from "node:assert/strict";
import fc from "fast-check";
import type { Item } from "../../../src/core/benchmarks/item.ts";
import type { ModelAnswer } from "../../../src/core/evaluation/protocol.ts";
import { mediLora } from "../../../src/core/evaluation/protocols/mediLora.ts";
import { extractMeditronAnswer, meditron } from "../../../src/core/evaluation/protocols/meditron.ts";
import { findProtocol, resolveParameters } from "../../../src/core/evaluation/registry.ts";

function makeItem(benchmark: string, texts: string[], answer: number, context: string[] = []): Item {
  const options = texts.map((text, index) => ({ label: "ABCDE"[index]!, text }));
  return {
    id: "1",
    benchmark,
    split: "test",
    question: "Which one",
    context,
    options,
    answers: [answer],
    language: "en",
    sourceRow: 0,
  };
}

const four = makeItem("medqa-4", ["w", "x", "y", "z"], 1);
const pubmed = makeItem("pubmedqa", ["yes", "no", "maybe"], 0, ["First.", "Second."]);
const generated = (text: string): ModelAnswer => ({
  scoring: "generation",
  text,
  tokens: 1,
  stopReason: "maxTokens",
  seed: 1,
});

describe("MediLoRA", () => {
  const parameters = resolveParameters(mediLora);
  const judge = (item: Item, text: string) => mediLora.judge(item, generated(text), parameters);

  it("asks in ChatML with the system prompt of the dataset", () => {
    const { request, parseSpecial } = mediLora.prompt(four, [], parameters);
    assert.ok(request.scoring === "generation");
    assert.equal(
      request.context,
      "<|im_start|>system\nYou are a medical doctor taking the US Medical Licensing Examination. You need to demonstrate " +
        "your understanding of basic and clinical science, medical knowledge, and mechanisms underlying health, " +
        "disease, patient care, and modes of therapy. Show your ability to apply the knowledge essential for medical " +
        "practice. For the following multiple-choice question, select one correct answer from A to D, and then offer " +
        "some step-by-step reasonings. Base your answer on the current and standard practices referenced in medical " +
        "guidelines.<|im_end|>\n<|im_start|>user\nQuestion: Which one\nOptions:\n(A) w\n(B) x\n(C) y\n(D) z<|im_end|>\n" +
        "<|im_start|>assistant\n",
    );
    assert.equal(parseSpecial, true);
    assert.deepEqual(request.sampling, { temperature: 0.2, topK: 40, topP: 0.95, seed: 1234 });
    assert.deepEqual(request.stop, ["<|im_end|>"]);
  });

  it("asks PubMedQA for yes, no or maybe, with examples as earlier turns", () => {
    const { request } = mediLora.prompt(pubmed, [pubmed], parameters);
    assert.equal(
      request.context,
      "<|im_start|>system\nAs an expert doctor in clinical science and medical knowledge, can you tell me if the following " +
        "question is correct, given the accompanying context? Answer 'yes', 'no', or 'maybe'. Then, follow up with some " +
        "explanations.<|im_end|>\n<|im_start|>user\n Contexts: First. Second. Question: Which one<|im_end|>\n" +
        "<|im_start|>assistant\nyes.<|im_end|>\n<|im_start|>user\n Contexts: First. Second. Question: Which one<|im_end|>\n" +
        "<|im_start|>assistant\n",
    );
  });

  it("takes the option that the answer begins with, and nothing else", () => {
    const cases: [Item, string, number | null][] = [
      [four, "(B) x because", 1],
      [four, "  \n(D)", 3],
      [four, "(E) beyond", null],
      [four, "B", null],
      [four, "(b) x", null],
      [four, "The answer is (B)", null],
      [four, "", null],
      [pubmed, "yes. It is", 0],
      [pubmed, "No, it is not", 1],
      [pubmed, " MAYBE", 2],
      [pubmed, "Not at all", null],
      [pubmed, "yesterday", null],
      [pubmed, "It is, yes", null],
    ];
    for (const [item, text, expected] of cases) {
      const judgement = judge(item, text);
      assert.equal(judgement.prediction, expected, text);
      assert.equal(judgement.valid, expected !== null);
      assert.equal(judgement.correct, expected === item.answers[0]);
    }
  });

  it("also counts as the original does, by the second character", () => {
    for (const [text, value] of [
      ["(B) x", 1],
      ["(b", 1],
      [".B", 1],
      ["B", 0],
      ["(A)", 0],
      ["", 0],
    ] as const) {
      // prettier-ignore
      assert.equal(judge(four, text).metrics.acc_second_character, value, text);
    }
  });
});

describe("MediTron", () => {
  const parameters = resolveParameters(meditron);

  it("asks as format_mcq and add_instruction do", () => {
    const shot = { ...four, question: "A stem that ends in a full stop." };
    const few = meditron.prompt(four, [shot], parameters).request;
    assert.ok(few.scoring === "generation");
    assert.ok(
      few.context.endsWith(
        "referenced in medical guidelines.\nQuestion: A stem that ends in a full stop.\n\nOptions:\nA. w\nB. x\nC. y\nD. z\n" +
          "The answer is: B\n\nQuestion: Which one?\n\nOptions:\nA. w\nB. x\nC. y\nD. z\nThe answer is:",
      ),
    );
    assert.ok(few.context.startsWith("You are a medical doctor taking the US Medical Licensing Examination."));
    assert.deepEqual(few.sampling, { temperature: 0, seed: 0, frequencyPenalty: 1 });
    assert.deepEqual([few.maxTokens, few.stop], [9, ["###"]]);
    const zero = meditron.prompt(pubmed, [], parameters).request;
    assert.ok(zero.scoring === "generation");
    assert.equal(
      zero.context,
      "As an expert doctor in clinical science and medical knowledge, can you tell me if the following statement is " +
        "correct? Answer yes, no, or maybe.\nFirst.\nSecond.\nWhich one\nThe answer is:\n",
    );
    assert.equal(zero.maxTokens, 1);
  });

  it("uses one shared draw for each of its three seeds", () => {
    assert.deepEqual(meditron.shotSources("medqa-4", 2, parameters), [
      { kind: "shared", count: 2, seed: 1234 },
      { kind: "shared", count: 2, seed: 432 },
      { kind: "shared", count: 2, seed: 32 },
    ]);
    assert.deepEqual(meditron.shotSources("medqa-4", 0, parameters), [{ kind: "none" }]);
  });

  it("extracts what evaluate.py extracts", () => {
    const letters: [string, string | null][] = [
      [" B", "b"],
      ["B. x\n\nQuestion", "b"],
      ["\n\nB", null],
      [" (C)", "c"],
      ["Based on", "b"],
      ["e", "e"],
      ["f", null],
      ["The answer", null],
      ["", null],
      ["é", null],
      ["x\n## d\nrest", "d"],
    ];
    for (const [text, expected] of letters) assert.equal(extractMeditronAnswer(text, "letter"), expected, text);
    const words: [string, string | null][] = [
      [" yes", "yes"],
      ["No.", "no"],
      ["maybe", null],
      ["yesyes", "yes"],
      ["noyes", "no"],
      ["yes it is", null],
      ["Yes\n\nQuestion", "yes"],
    ];
    for (const [text, expected] of words) assert.equal(extractMeditronAnswer(text, "yesNo"), expected, text);
  });

  it("counts an answer beyond the options as given but wrong, and anything else as invalid", () => {
    const judge = (item: Item, text: string) => {
      const { prediction, valid, correct } = meditron.judge(item, generated(text), parameters);
      return [prediction, valid, correct];
    };
    assert.deepEqual(judge(four, " B"), [1, true, true]);
    assert.deepEqual(judge(four, " E"), [null, true, false]);
    assert.deepEqual(judge(four, " none"), [null, false, false]);
    assert.deepEqual(judge(pubmed, "yes"), [0, true, true]);
    assert.deepEqual(judge(pubmed, "maybe"), [null, false, false]);
  });
});

describe("answers that are any text", () => {
  const piece = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom("(A)", "B", "yes", "no", "\n\n", "\n##", "###", " "),
  );
  const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""));

  for (const id of ["medilora", "meditron"]) {
    it(`never break ${id}: a prediction is an option, what is invalid is wrong`, () => {
      const protocol = findProtocol(id);
      const parameters = resolveParameters(protocol);
      fc.assert(
        fc.property(text, fc.constantFrom(four, pubmed), (answer, item) => {
          const { prediction, valid, correct } = protocol.judge(item, generated(answer), parameters);
          assert.ok(prediction === null || (prediction >= 0 && prediction < item.options.length));
          assert.equal(correct, prediction !== null && item.answers.includes(prediction));
          if (!valid) assert.equal(prediction, null);
        }),
        { seed: 2, numRuns: 500 },
      );
    });
  }
});
