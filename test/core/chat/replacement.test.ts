import assert from "node:assert/strict";
import { markText, replacementOf } from "../../../src/core/chat/replacement.ts";

describe("What an answer puts in the place of a text", () => {
  const cases: readonly (readonly [what: string, answer: string, original: string, expected: string])[] = [
    ["a plain answer", "Short.", "A long text.", "Short."],
    ["a fence around it", "```\nShort.\n```", "A long text.", "Short."],
    ["a fence with a language and words in front", "Here you go:\n\n```yaml\na: 1\n```", "a: 2", "a: 1"],
    ["words in front and behind", "Sure! Here it is:\n```\nx\n```\nHope this helps.", "y", "x"],
    ["a preamble without a fence", "Here is the shortened text:\n\nShort.", "A long text.", "Short."],
    ["thinking", "<think>Hm</think>Short.", "A long text.", "Short."],
    ["tags of the question", markText("Short."), "A long text.", "Short."],
    ["the line end of the text", "Short.", "A long text.\n", "Short.\n"],
    ["the indentation of the text", "b: 1", "  a: 1", "  b: 1"],
    ["indentation inside a fence", "```\n  b:\n    c: 1\n```", "  a: 1\n", "  b:\n    c: 1\n"],
    ["blocks that the text had", "Text\n\n```\nx\n```", "Text\n\n```\ny\n```", "Text\n\n```\nx\n```"],
    ["a clinical sentence that ends in a colon", "Findings:\nNo mass.", "Findings: none.", "Findings:\nNo mass."],
    ["two blocks", "```\na\n```\nor\n```\nb\n```", "x", "```\na\n```\nor\n```\nb\n```"],
  ];
  for (const [what, answer, original, expected] of cases) {
    it(`is found with ${what}`, () => {
      assert.equal(replacementOf(answer, original), expected);
    });
  }

  it("takes no long time for any answer", () => {
    for (const unit of ["`", "```\n", "sure ", "here: \n", " \n", "<text>", "a"]) {
      assert.equal(typeof replacementOf(unit.repeat(100_000 / unit.length), "x"), "string");
    }
  });
});
