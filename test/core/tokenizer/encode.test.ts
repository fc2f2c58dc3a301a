import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { encodeText } from "../../../src/core/tokenizer/encode.ts";
import { parseTokenizer } from "../../../src/core/tokenizer/tokenizer.ts";

interface Golden {
  readonly name: string;
  readonly tokenizer: object;
  readonly texts: readonly { readonly text: string; readonly ids: readonly number[] }[];
}

const golden = JSON.parse(
  await readFile(new URL("../../fixtures/merge/encode.json", import.meta.url), "utf8"),
) as Golden[];

describe("encoding text", () => {
  for (const { name, tokenizer, texts } of golden) {
    it(`gives the ids of the Hugging Face library: ${name}`, () => {
      const parsed = parseTokenizer(JSON.stringify(tokenizer), name);
      for (const { text, ids } of texts) assert.deepEqual(encodeText(parsed, text), ids, JSON.stringify(text));
    });
  }

  it("takes the marks of a tokenizer for what they are, and ends for every pattern", () => {
    const vocab = Object.fromEntries([..."ab .+|"].map((character, id) => [character, id]));
    const encode = (step: object, text: string) =>
      encodeText(parseTokenizer(JSON.stringify({ model: { type: "BPE", vocab, merges: [] }, ...step }), "t"), text);
    for (const replacement of [".", "+", "|"]) {
      const ids = encode({ pre_tokenizer: { type: "Metaspace", replacement } }, "a b").map(
        (id) => Object.keys(vocab)[id],
      );
      assert.equal(ids.join(""), `${replacement}a${replacement}b`);
    }
    assert.throws(() => encode({ pre_tokenizer: { type: "Metaspace", replacement: "" } }, "a"), /mark ""/);
    const split = (Regex: string) => ({ pre_tokenizer: { type: "Split", pattern: { Regex }, behavior: "Isolated" } });
    assert.equal(encode(split("(a+)+$"), "a".repeat(2000) + "b").length, 2001);
    assert.throws(() => encode(split("(a"), "a"), /pattern "\(a" is not supported/);
    assert.throws(
      () => encode({ pre_tokenizer: { type: "Split", behavior: "Isolated" } }, "a"),
      /pattern is not supported/,
    );
  });

  it("refuses what it cannot do exactly", () => {
    const strange = (changes: object) =>
      parseTokenizer(JSON.stringify({ model: { type: "BPE", vocab: { a: 0 }, merges: [] }, ...changes }), "t");
    assert.throws(
      () => encodeText(strange({ normalizer: { type: "BertNormalizer" } }), "a"),
      /normalizer BertNormalizer/,
    );
    assert.throws(
      () => encodeText(strange({ pre_tokenizer: { type: "Punctuation" } }), "a"),
      /pre-tokenizer Punctuation/,
    );
    assert.throws(() => encodeText(strange({}), "b"), /lacks "b"/);
    const unigram = parseTokenizer(JSON.stringify({ model: { type: "Unigram", vocab: [["a", 0]] } }), "t");
    assert.throws(() => encodeText(unigram, "a"), /model Unigram/);
  });
});
