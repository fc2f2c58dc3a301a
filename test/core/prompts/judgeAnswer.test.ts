import assert from "node:assert/strict";
import { judgeAnswer } from "../../../src/core/prompts/judgeAnswer.ts";

describe("Evaluators of a prompt file", () => {
  const judge = (rule: object, answer: string, values = {}): boolean | undefined =>
    judgeAnswer([{ name: "it", string: rule }], answer, values)[0]!.passed;

  it("compare an answer with texts, letter by letter, but not with the white space around it", () => {
    assert.equal(judge({ equals: "fever" }, " fever\n"), true);
    assert.equal(judge({ equals: "fever" }, "Fever"), false);
    assert.equal(judge({ contains: "5 mg" }, "Give 5 mg daily."), true);
    assert.equal(judge({ startsWith: "Give" }, "Give 5 mg."), true);
    assert.equal(judge({ endsWith: "mg." }, "Give 5 mg"), false);
  });

  it("pass only when all of their rules do", () => {
    assert.equal(judge({ startsWith: "Give", contains: "10" }, "Give 5 mg."), false);
  });

  it("have their variables filled in as data", () => {
    assert.equal(judge({ contains: "{{expected}}" }, "It is {{x}}.", { expected: "{{x}}" }), true);
    assert.throws(() => judge({ contains: "{{expected}}" }, "It is."), /There is no value for \{\{expected\}\}/);
  });

  it("are not judged where that takes another model", () => {
    assert.deepEqual(judgeAnswer([{ name: "like it", uses: "github/similarity" }], "x", {}), [
      { name: "like it", passed: undefined },
    ]);
  });
});
