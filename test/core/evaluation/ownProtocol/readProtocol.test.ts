import assert from "node:assert/strict";
import fc from "fast-check";
import { ConfigurationError } from "../../../../src/core/errors.ts";
import { parseProtocol, readProtocol } from "../../../../src/core/evaluation/ownProtocol/readProtocol.ts";
import { placeInLines } from "../../../support/placeInLines.ts";

/** The problems of a declaration, as `line:column message`. */
function problems(text: string): string[] {
  return readProtocol(text).problems.map(({ range, message }) => `${placeInLines(text, range.start)} ${message}`);
}

const good = `name: mine
question: |-
  Question: {question}
  {options}
  Answer:
`;

describe("declaration of a protocol", () => {
  it("needs a name and a question; the rest has defaults", () => {
    assert.deepEqual(problems(good), []);
    assert.deepEqual(problems("name: mine"), ['1:1 The key "question" is missing.']);
    assert.equal(parseProtocol(good).id, "mine");
  });

  it("says where in a template a slot does not exist, whatever the YAML style", () => {
    const styles: [string, string][] = [
      ["question: '{question} {options} {qestion}'", "2:33"],
      ['question: "{question} {options}\\n{qestion}"', "2:34"],
      ["question: |-\n  {question}\n  {options}\n    in {qestion}", "5:8"],
      ["question: >\n  {question} {options}\n  {qestion}", "4:3"],
      ["question: Q {question} {options} {qestion}", "2:34"],
    ];
    for (const [style, place] of styles) {
      const reading = readProtocol(`name: mine\n${style}\n`);
      assert.deepEqual(problems(`name: mine\n${style}\n`), [`${place} There is no slot {qestion} here.`], style);
      assert.equal(reading.problems[0]!.hint, "Did you mean {question}?");
      assert.deepEqual(reading.problems[0]!.suggestions, ["{question}"]);
      const { start, end } = reading.problems[0]!.range;
      assert.equal(end - start, "{qestion}".length);
    }
  });

  it("tells all problems at once, in the order of the text", () => {
    assert.deepEqual(problems('name: mine\nquestion: "{question} { {options}"\noption: "{text} }"\ncontext: "{x}"'), [
      "2:23 This brace is not closed.",
      "3:17 This brace closes nothing.",
      "4:11 There is no slot {x} here.",
    ]);
    assert.deepEqual(problems(`${good}option: "{label}"\nanswer: yes\nmetric: acc_constrained`), [
      "6:9 The template does not show the option's text.",
      "7:9 The answer is the same for every option.",
      "8:9 Scoring by continuations does not give acc_constrained.",
    ]);
  });

  it("finds templates that contradict each other", () => {
    assert.deepEqual(problems('name: mine\nquestion: "{options}"'), ["2:11 The template does not show the question."]);
    assert.deepEqual(problems('name: mine\nquestion: "{question}"'), [
      "2:11 The answer is a label, but the options are not shown.",
    ]);
    assert.deepEqual(problems('name: mine\nquestion: "{question}"\nanswer: "{text}"'), []);
    assert.deepEqual(problems(`${good}scoring: { kind: generation, find: x }`), [
      "6:10 `find` is the same for every option.",
    ]);
    const nextToken = `${good}scoring: { kind: nextToken }\n`;
    assert.deepEqual(problems(nextToken), []);
    assert.deepEqual(problems(`${nextToken}delimiter: ""`), []);
    assert.deepEqual(problems(`${nextToken}delimiter: "\\n"`), [
      "7:12 Scoring by nextToken looks at one token, and that would be the delimiter.",
    ]);
    assert.deepEqual(problems(`${good}labels: [yes, no, yes]`), [
      "6:9 Two labels are the same, so that an answer could mean either option.",
    ]);
  });

  it("explains a template without quotes, unknown keys and wrong values", () => {
    const [problem] = readProtocol("name: mine\nquestion: Q\nanswer: {label}").problems;
    assert.match(problem!.hint!, /quotes/);
    assert.deepEqual(problems(`${good}scorng: x`), ['6:1 Unknown key "scorng".']);
    assert.match(problems(`${good}scoring: { kind: generation, where: middle }`)[0]!, /^6:37 Expected one of start/);
    assert.match(problems(`name: "a b"\n${good.slice(11)}`)[0]!, /^1:7 Use letters/);
  });

  it("is refused at the place of the first problem", () => {
    assert.throws(
      () => parseProtocol('name: mine\nquestion: "{question} {opions}"', "mine.yaml"),
      (error) => {
        assert.ok(error instanceof ConfigurationError);
        assert.deepEqual(error.place, { file: "mine.yaml", line: 2, column: 23, field: "question" });
        return true;
      },
    );
  });

  it("never throws, whatever the text", () => {
    const line = fc.oneof(
      fc.constantFrom(
        "name: mine",
        'question: "{question}{options}"',
        "question: |",
        "  {x} }}{{ {",
        "answer: {label}",
        "- a",
        "scoring:",
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        for (const { range } of readProtocol(lines.join("\n")).problems) assert.ok(range.start <= range.end);
      }),
      { seed: 5, numRuns: 500 },
    );
  });
});
