import assert from "node:assert/strict";
import fc from "fast-check";
import type { Item } from "../../../../src/core/benchmarks/item.ts";
import { pythonStrip } from "../../../../src/core/evaluation/pythonText.ts";
import { findOption } from "../../../../src/core/evaluation/ownProtocol/findOption.ts";
import { parseProtocol } from "../../../../src/core/evaluation/ownProtocol/readProtocol.ts";
import { bioMistral } from "../../../../src/core/evaluation/protocols/bioMistral.ts";
import { lmEval } from "../../../../src/core/evaluation/protocols/lmEval.ts";
import { resolveParameters } from "../../../../src/core/evaluation/registry.ts";
import { goldenTask } from "../../../support/goldenEvaluation.ts";

const item: Item = {
  id: "1",
  benchmark: "own",
  split: "test",
  question: " Which {question} of these? ",
  context: ["First.", "Second."],
  options: [
    { label: "i", text: "alpha" },
    { label: "ii", text: "{label}" },
  ],
  answers: [1],
  subject: "Surgery",
  language: "en",
  sourceRow: 0,
};

const promptOf = (yaml: string, shots: Item[] = [], of = item) => parseProtocol(yaml).prompt(of, shots, {});

describe("a protocol of the user's own", () => {
  it("puts an item into its templates and changes nothing in the item's text", () => {
    const { request, labels } = promptOf(
      `
name: mine
instruction: "About {subject}, {benchmark}. {{verbatim}}\\n\\n"
context: "Context: {paragraphs}\\n"
paragraphSeparator: " | "
question: |-
  {context}Q:{question}
  {options}
  A:
option: "({label}) {text}"
optionSeparator: "; "
labels: lowercase
answer: "({label}"
delimiter: " "
exampleSeparator: "\\n---\\n"
`,
      [{ ...item, context: [] }],
    );
    assert.ok(request.scoring === "continuations");
    assert.equal(
      request.context,
      "About Surgery, own. {verbatim}\n\n" +
        "Q: Which {question} of these? \n(a) alpha; (b) {label}\nA: (b\n---\n" +
        "Context: First. | Second.\nQ: Which {question} of these? \n(a) alpha; (b) {label}\nA:",
    );
    assert.deepEqual(request.continuations, ["(a", "(b"]);
    assert.deepEqual(labels, ["a", "b"]);
  });

  it("names options as it is told", () => {
    const labelsWith = (labels: string) =>
      promptOf(`name: mine\nquestion: "{question}{options}"\nlabels: ${labels}`).labels;
    assert.deepEqual(labelsWith("letters"), ["A", "B"]);
    assert.deepEqual(labelsWith("numbers"), ["1", "2"]);
    assert.deepEqual(labelsWith("dataset"), ["i", "ii"]);
    assert.deepEqual(labelsWith("[أ, ب, ج]"), ["أ", "ب"]);
    const three = { ...item, options: [...item.options, item.options[0]!] };
    assert.throws(() => promptOf(`name: m\nquestion: "{question}{options}"\nlabels: [x, y]`, [], three), {
      code: "configuration.invalid",
    });
  });

  it("takes the shots that it declares, with another number when the user asks for one", () => {
    const sources = (shots: string, count?: number) =>
      parseProtocol(`name: mine\nquestion: "{question}{options}"\nshots: ${shots}`).shotSources("own", count, {});
    assert.deepEqual(sources("2"), [{ kind: "first", count: 2 }]);
    assert.deepEqual(sources("2", 0), [{ kind: "none" }]);
    assert.deepEqual(sources("{ kind: perItem, count: 3, seed: 9 }", 5), [{ kind: "perItem", count: 5, seed: 9 }]);
    assert.equal(sources("[{ kind: shared, count: 3, seed: 1 }, { kind: shared, count: 3, seed: 2 }]").length, 2);
  });

  it("can say what the built-in protocols say", () => {
    const medqa = goldenTask("medqa_4options");
    const own = parseProtocol('name: mine\nquestion: "Question: {question}\\n{options}\\nAnswer:"');
    const shots = medqa.pool.slice(0, 2);
    const builtIn = lmEval.prompt(medqa.items[0]!, shots, resolveParameters(lmEval));
    assert.deepEqual(own.prompt(medqa.items[0]!, shots, {}), builtIn);
    const bio = parseProtocol(`
name: mine
instruction: "The following are multiple choice questions (with answers) about medical knowledge. \\n "
question: "**Question:** {question} \\n {options} \\n **Answer:**("
option: "({label}) {text}"
optionSeparator: " \\n "
delimiter: ""
exampleSeparator: " \\n "
scoring: { kind: nextToken }
`);
    assert.deepEqual(
      bio.prompt(medqa.items[0]!, shots, {}),
      bioMistral.prompt(medqa.items[0]!, shots, resolveParameters(bioMistral)),
    );
  });

  it("finds the answer in generated text", () => {
    const own = parseProtocol(`
name: mine
question: "{question}{options}"
scoring: { kind: generation, after: "the answer is", find: "({label})", where: first, ignoreCase: true, stop: ["\\n\\n"] }
`);
    const { request } = own.prompt(item, [], {});
    assert.ok(request.scoring === "generation");
    assert.deepEqual([request.maxTokens, request.stop], [16, ["\n\n"]]);
    const judge = (text: string) =>
      own.judge(item, { scoring: "generation", text, tokens: 1, stopReason: "maxTokens", seed: 1 }, {});
    assert.deepEqual(judge("(A)? No. The Answer is: (b)"), { prediction: 1, valid: true, correct: true, metrics: {} });
    assert.deepEqual(judge("(A)"), { prediction: null, valid: false, correct: false, metrics: {} });
  });
});

describe("an option in a generated text", () => {
  const find = (text: string, where: "start" | "first" | "last", forms = ["A", "B", "AB", "10", "1"]) => {
    const option = findOption(text, forms, { where, ignoreCase: false });
    return option === null ? null : forms[option];
  };

  it("is a word of its own, the longest where several begin", () => {
    assert.equal(find(" A.", "start"), "A");
    assert.equal(find("AB", "start"), "AB");
    assert.equal(find("An answer", "start"), null);
    assert.equal(find("10 of 1", "start"), "10");
    assert.equal(find("10 of 1", "last"), "1");
    const nested = ["failure", "renal failure", "\tyes ", "renal failure, yes"];
    assert.equal(find("renal failure", "last", nested), "renal failure");
    assert.equal(find("So: renal failure, yes.", "last", nested), "renal failure, yes");
    assert.equal(find(" yes, it is", "start", nested), "\tyes ");
    assert.equal(find("CAB or (B)", "first"), "B");
    assert.equal(find("ÉA Aé", "first"), null);
    assert.equal(find("", "first"), null);
  });

  it("may stand behind a marker with any characters", () => {
    const behind = (text: string) =>
      findOption(text, ["A", "B"], { where: "start", after: "answer (final)*:", ignoreCase: false });
    assert.equal(behind("A. Answer (final)*: A. ANSWER (FINAL)*: B"), 1);
    assert.equal(behind("answer final: B"), null);
  });

  it("is found in time that grows with the text alone", () => {
    // Time that grew with the square of the text would be hours.
    findOption("A".repeat(1_000_000), ["A", "AA", "a"], { where: "last", after: "A".repeat(50), ignoreCase: true });
  });

  it("is one of the options, or none", () =>
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.array(fc.string(), { maxLength: 5 }),
        fc.constantFrom("start" as const, "first" as const, "last" as const),
        fc.boolean(),
        (text, forms, where, ignoreCase) => {
          const option = findOption(text, forms, { where, ignoreCase });
          const includes = (form: string) =>
            ignoreCase ? text.toLowerCase().includes(form.toLowerCase()) : text.includes(form);
          assert.ok(option === null || includes(pythonStrip(forms[option]!)));
        },
      ),
      { seed: 6 },
    ));
});
