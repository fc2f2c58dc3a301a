import assert from "node:assert/strict";
import fc from "fast-check";
import { encodePrompt, excessTokens, tokenizePrompt } from "../../../src/core/evaluation/encode.ts";
import { ItemError } from "../../../src/core/evaluation/itemError.ts";
import type { Prompt } from "../../../src/core/evaluation/protocol.ts";
import { ToyLanguageModel } from "../../support/toyLanguageModel.ts";

const model = new ToyLanguageModel();

function continuations(
  context: string,
  options: string[],
  settings: { delimiter?: string } & Partial<Prompt> = {},
): Prompt {
  const { delimiter = " ", ...rest } = settings;
  return {
    request: { scoring: "continuations", context, delimiter, continuations: options, unconditional: false },
    labels: options,
    bos: "tokenizer",
    parseSpecial: true,
    ...rest,
  };
}

const texts = async (tokens: readonly number[]) => await model.tokenTexts(tokens);

describe("encoding of prompts", () => {
  it("takes an option's tokens from the joint text", async () => {
    const tokens = await tokenizePrompt(continuations("Answer:", ["A", "B", "xy"]), model);
    assert.deepEqual(await texts(tokens.context), ["<s>", "Answer", ":"]);
    assert.deepEqual(await Promise.all(tokens.continuations.map(texts)), [[" A"], [" B"], [" ", "x", "y"]]);
  });

  it("moves spaces at the end of the context to the option", async () => {
    const tokens = await tokenizePrompt(continuations("Answer: ", ["A"], { delimiter: "" }), model);
    assert.deepEqual(await texts(tokens.context), ["<s>", "Answer", ":"]);
    assert.deepEqual(await texts(tokens.continuations[0]!), [" A"]);
  });

  it("adds BOS as the protocol and the tokenizer have it, and never twice", async () => {
    const begin = async (prompt: Prompt, on = model) => (await tokenizePrompt(prompt, on)).context.slice(0, 2);
    assert.deepEqual(await begin(continuations("xy", ["A"], { bos: "none" })), [
      ...(await model.tokenize(["xy"], true))[0]!,
    ]);
    assert.equal((await begin(continuations("xy", ["A"])))[0], 0);
    assert.deepEqual(await begin(continuations("<s>x", ["A"])), (await model.tokenize(["<s>x"], true))[0]);
    assert.equal((await begin(continuations("<s>x", ["A"], { parseSpecial: false })))[0], 0);
    const withoutBos = new ToyLanguageModel({ addsBos: false });
    assert.notEqual((await begin(continuations("xy", ["A"]), withoutBos))[0], 0);
  });

  it("refuses an option whose beginning is in one token with the end of the context", async () => {
    for (const option of ["A", "Ab"]) {
      const prompt = continuations("Answer:(", [option], { delimiter: "" });
      await assert.rejects(tokenizePrompt(prompt, model), { code: "prompt.tokenSpansJoin", name: "ItemError" });
    }
  });

  it("refuses a prompt of nothing", async () => {
    await assert.rejects(tokenizePrompt(continuations("", ["A"], { bos: "none" }), model), { code: "prompt.empty" });
  });

  it("truncates each option as lm-eval does", () => {
    const tokens = (min: number, max: number) => fc.array(fc.nat(9), { minLength: min, maxLength: max });
    fc.assert(
      fc.property(
        tokens(1, 30),
        fc.array(tokens(1, 6), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 6, max: 40 }),
        (context, options, window) => {
          const prompt = { context, continuations: options, generated: 0, sharedTokens: 0 };
          const encoded = encodePrompt(prompt, window);
          const seen = new Set<number>();
          for (const group of encoded.groups) {
            for (const [index, option] of group.options.entries()) {
              seen.add(option);
              // (context + continuation)[-(max_length + 1):][:-1]
              const expected = [...context, ...options[option]!].slice(-(window + 1)).slice(0, -1);
              assert.deepEqual([...group.prefix, ...group.continuations[index]!].slice(0, -1), expected);
              assert.deepEqual(group.continuations[index], options[option]);
              assert.ok(group.prefix.length > 0);
            }
          }
          assert.equal(seen.size, options.length);
          const beyond = options.map((option) => context.length + option.length - (window + 1));
          assert.equal(encoded.truncatedTokens, Math.max(0, ...beyond));
          assert.equal(excessTokens(prompt, window), encoded.truncatedTokens);
        },
      ),
      { seed: 1 },
    );
  });

  it("leaves room for what is generated", () => {
    const prompt = { context: [1, 2, 3, 4, 5], continuations: [], generated: 3, sharedTokens: 3 };
    const encoded = encodePrompt(prompt, 6);
    assert.deepEqual(encoded.groups, [{ prefix: [3, 4, 5], sharedTokens: 1, options: [], continuations: [] }]);
    assert.equal(encoded.promptTokens, 5);
    assert.equal(encoded.truncatedTokens, 2);
  });

  it("refuses an answer that fills the window alone", () => {
    const option = { context: [1, 2], continuations: [[1, 2, 3, 4]], generated: 0, sharedTokens: 0 };
    assert.throws(() => encodePrompt(option, 3), ItemError);
    assert.throws(() => encodePrompt({ context: [1], continuations: [], generated: 3, sharedTokens: 0 }, 3), {
      code: "prompt.tooLong",
    });
    assert.equal(encodePrompt(option, 4).groups[0]!.prefix.length, 1);
  });
});
