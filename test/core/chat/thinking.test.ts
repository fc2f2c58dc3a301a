import assert from "node:assert/strict";
import { splitThinking } from "../../../src/core/chat/thinking.ts";

describe("Thinking in an answer", () => {
  const cases: readonly (readonly [given: string, thinking: string, answer: string, ended: boolean])[] = [
    ["Yes.", "", "Yes.", true],
    ["<think>\nHm.\n</think>\n\nYes.", "Hm.", "Yes.", true],
    ["  <think>Hm", "Hm", "", false],
    ["<thinking>a</thinking>b", "a", "b", true],
    ["<think></think>Yes.", "", "Yes.", true],
    ["<think>a</think><think>b</think>c", "a\n\nb", "c", true],
    ["<think>a</think><think>b", "a\n\nb", "", false],
    ["a</think>b", "a", "b", true],
    ["<thi", "", "", false],
    ["<that>", "", "<that>", true],
    ["x <think>y", "", "x <think>y", true],
    ["", "", "", true],
  ];
  for (const [given, thinking, answer, ended] of cases) {
    it(`is taken out of ${JSON.stringify(given)}`, () => {
      assert.deepEqual(splitThinking(given), { thinking, answer, ended });
    });
  }

  it("never shows through while the answer grows", () => {
    const whole = "<think>secret</think>Yes, it is.";
    for (let end = 0; end <= whole.length; end++) {
      assert.doesNotMatch(splitThinking(whole.slice(0, end)).answer, /secret|[<>]/);
    }
  });
});
