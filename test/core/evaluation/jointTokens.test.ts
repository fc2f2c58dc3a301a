import assert from "node:assert/strict";
import fc from "fast-check";
import { tokenizeJointly } from "../../../src/core/evaluation/jointTokens.ts";
import { ToyLanguageModel } from "../../support/toyLanguageModel.ts";

/** Counts the characters that were tokenised. */
class CountingModel extends ToyLanguageModel {
  characters = 0;

  override tokenize(texts: readonly string[], parseSpecial: boolean) {
    this.characters += texts.reduce((sum, text) => sum + text.length, 0);
    return super.tokenize(texts, parseSpecial);
  }
}

const whole = new ToyLanguageModel({ keepsWordsApart: false });
const fast = new ToyLanguageModel();

describe("joint tokenisation", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      " the",
      "the",
      "question",
      "Answer",
      "(A",
      "A",
      " A",
      "\n\n",
      "  ",
      ":",
      "<s>",
      "</s>",
      "é",
      "7 b",
      "(",
      " ",
    ),
    fc.string({ unit: "binary-ascii", maxLength: 3 }),
  );
  const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(""));

  it("equals that of the whole texts, whatever they are", () =>
    fc.assert(
      fc.asyncProperty(text, fc.array(text, { maxLength: 4 }), fc.boolean(), async (context, endings, parseSpecial) => {
        const expected = await tokenizeJointly(context, endings, parseSpecial, whole);
        assert.deepEqual(await tokenizeJointly(context, endings, parseSpecial, fast), expected);
        const [plain, ...plainWholes] = await whole.tokenize(
          [context, ...endings.map((e) => context + e)],
          parseSpecial,
        );
        assert.deepEqual(expected, { context: plain, wholes: plainWholes });
      }),
      { seed: 4, numRuns: 500 },
    ));

  it("tokenises a long context once", async () => {
    const context = `${"Which is the question, then? ".repeat(100)}\nAnswer:`;
    const endings = [" A", " B", " C", " D"];
    const model = new CountingModel();
    await tokenizeJointly(context, endings, true, model);
    assert.ok(model.characters < context.length + 300, `${model.characters} characters`);
    const thorough = new CountingModel({ keepsWordsApart: false });
    await tokenizeJointly(context, endings, true, thorough);
    assert.ok(thorough.characters > 5 * context.length);
  });
});
