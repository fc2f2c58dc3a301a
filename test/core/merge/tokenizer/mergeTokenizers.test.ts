import assert from "node:assert/strict";
import type { TokenizerRequest } from "../../../../src/core/merge/config/merge.ts";
import { borrowedRow, mapEmbeddingRows, paddingRow } from "../../../../src/core/merge/tokenizer/embeddingRows.ts";
import { mergeVocabularies, type TokenizerInput } from "../../../../src/core/merge/tokenizer/mergeTokenizers.ts";
import { mergedTokenizerConfig, resolveChatTemplate } from "../../../../src/core/tokenizer/tokenizerFiles.ts";
import { parseTokenizer } from "../../../../src/core/tokenizer/tokenizer.ts";
import { DataError } from "../../../../src/core/errors.ts";

const added = (id: number, content: string) => ({ id, content, special: true });

function bpe(path: string, tokens: readonly string[], extra: object[] = [], merges: unknown[] = []): TokenizerInput {
  const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
  const text = JSON.stringify({ added_tokens: extra, model: { type: "BPE", vocab, merges } });
  return {
    reference: { model: { path } },
    tokenizer: parseTokenizer(text, path),
    vocabSize: tokens.length + extra.length,
  };
}

const request = (changes: Partial<TokenizerRequest> = {}): TokenizerRequest => ({
  source: "union",
  tokens: new Map(),
  ...changes,
});
const ids = (vocabulary: { ids: ReadonlyMap<string, number> }) => Object.fromEntries(vocabulary.ids);

describe("merged vocabularies", () => {
  const first = bpe("first", ["a", "b", "ab"], [added(3, "<s>")], [["a", "b"]]);
  const second = bpe("second", ["c", "a", "d"], [added(3, "<e>"), added(4, "<s>")]);

  it("of a union keep the base, then append plain, then added tokens", () => {
    const merged = mergeVocabularies(request(), [first, second]);
    assert.deepEqual(ids(merged), { a: 0, b: 1, ab: 2, "<s>": 3, c: 4, d: 5, "<e>": 6 });
    assert.equal(merged.rows, 7);
    const written = parseTokenizer(merged.tokenizerJson, "merged");
    assert.deepEqual(Object.fromEntries(written.vocabulary), ids(merged));
    assert.deepEqual(written.document.model.merges, [["a", "b"]]);
    assert.match(merged.warnings.join(), /2 tokens of other models are added without merge rules/);
  });

  it("of a named model are its own, with new tokens behind them and rows rounded up", () => {
    const tokens: TokenizerRequest["tokens"] = new Map([["<new>", { source: { kind: "zero" }, force: false }]]);
    const merged = mergeVocabularies(request({ source: { model: { path: "second" } }, tokens, padToMultipleOf: 8 }), [
      first,
      second,
    ]);
    assert.deepEqual(ids(merged), { c: 0, a: 1, d: 2, "<e>": 3, "<s>": 4, "<new>": 5 });
    assert.equal(merged.rows, 8);
    assert.equal(merged.donor.model.path, "second");
  });

  it("drop tokens without an embedding, and merge rules that made them", () => {
    const short = { ...first, vocabSize: 2 };
    const merged = mergeVocabularies(request({ source: "base" }), [short]);
    assert.deepEqual(ids(merged), { a: 0, b: 1 });
    assert.deepEqual(parseTokenizer(merged.tokenizerJson, "merged").document.model.merges, []);
    assert.match(merged.warnings.join(), /2 tokens of first have ids beyond/);
  });

  it("of SentencePiece models append pieces with their scores", () => {
    const unigram = (path: string, vocab: [string, number][]): TokenizerInput => ({
      reference: { model: { path } },
      tokenizer: parseTokenizer(JSON.stringify({ added_tokens: [], model: { type: "Unigram", vocab } }), path),
      vocabSize: vocab.length,
    });
    const merged = mergeVocabularies(request(), [
      unigram("x", [["▁a", -1]]),
      unigram("y", [
        ["▁b", -2.5],
        ["▁a", -3],
      ]),
    ]);
    const { model } = JSON.parse(merged.tokenizerJson) as { model: { vocab: unknown } };
    assert.deepEqual(model.vocab, [
      ["▁a", -1],
      ["▁b", -2.5],
    ]);
  });

  it("may have more tokens than a call has arguments", () => {
    const tokens = Array.from({ length: 150_000 }, (_, id) => `token ${id}`);
    const inputs = [bpe("large", tokens), second];
    const merged = mergeVocabularies(request(), inputs);
    assert.equal(merged.rows, 150_005);
    assert.equal(mapEmbeddingRows(request(), merged, inputs, 0).maps[0]!.own.length, 150_005);
  });

  it("are refused when two tokens share an id", () => {
    const text = JSON.stringify({ added_tokens: [added(0, "<s>")], model: { type: "BPE", vocab: { a: 0 } } });
    assert.throws(() => parseTokenizer(text, "tokenizer.json"), /share the id 0/);
    for (const damaged of ["", "[]", "{}", '{"model":{"vocab":{"a":-1}}}', '{"model":{"vocab":{"a":1,"a":2}}}']) {
      assert.throws(() => parseTokenizer(damaged, "tokenizer.json"), DataError);
    }
  });
});

describe("embedding rows", () => {
  const base = bpe("base", ["a", "b"]);
  const one = bpe("one", ["b", "c", "x"]);
  const two = bpe("two", ["c", "x", "a"]);
  const inputs = [base, one, two];

  it("are the model's own, or borrowed: the only owner's, the base's, the owners' mean", () => {
    const vocabulary = mergeVocabularies(request({ padToMultipleOf: 8 }), inputs);
    assert.deepEqual(ids(vocabulary), { a: 0, b: 1, c: 2, x: 3 });
    const { maps } = mapEmbeddingRows(request(), vocabulary, inputs, 0);
    const [p, q] = [paddingRow, borrowedRow];
    assert.deepEqual([...maps[0]!.own], [0, 1, q, q, p, p, p, p]);
    assert.deepEqual([...maps[1]!.own], [q, 0, 1, 2, p, p, p, p]);
    assert.deepEqual([...maps[2]!.own], [2, q, 0, 1, p, p, p, p]);
    assert.deepEqual(maps[1]!.borrowed.get(0), [{ model: 0, row: 0 }], "the base has it");
    assert.deepEqual(
      maps[0]!.borrowed.get(2),
      [
        { model: 1, row: 1 },
        { model: 2, row: 0 },
      ],
      "mean of the owners",
    );
    assert.deepEqual(maps[2]!.borrowed.get(1), [{ model: 0, row: 1 }]);
  });

  it("follow the rules for single tokens", () => {
    const tokens: TokenizerRequest["tokens"] = new Map([
      ["a", { source: { kind: "model", model: two.reference }, force: true }],
      ["x", { source: { kind: "modelToken", model: one.reference, tokenId: 1 }, force: false }],
      ["z", { source: { kind: "zero" }, force: false }],
      ["lost", { force: false }],
    ]);
    const vocabulary = mergeVocabularies(request({ tokens }), inputs);
    const { maps, warnings } = mapEmbeddingRows(request({ tokens }), vocabulary, inputs, 0);
    const row = (model: number, token: string) => {
      const id = vocabulary.ids.get(token)!;
      return maps[model]!.own[id]! >= 0 ? maps[model]!.own[id] : maps[model]!.borrowed.get(id);
    };
    assert.deepEqual([row(0, "a"), row(2, "a")], [[{ model: 2, row: 2 }], [{ model: 2, row: 2 }]]);
    assert.deepEqual([row(0, "x"), row(1, "x")], [[{ model: 1, row: 1 }], 2]);
    assert.deepEqual([row(0, "z"), row(0, "lost")], [[], []]);
    assert.deepEqual(warnings, ['No model has the token "lost": its embedding is zero.']);
    const outside: TokenizerRequest["tokens"] = new Map([
      ["a", { source: { kind: "model", model: { model: { path: "other" } } }, force: true }],
    ]);
    assert.throws(
      () => mapEmbeddingRows(request({ tokens: outside }), vocabulary, inputs, 0),
      /not part of this merge/,
    );
  });
});

describe("tokenizer files", () => {
  it("list the tokens of the new vocabulary", () => {
    const json = JSON.stringify({ added_tokens: [{ id: 5, content: "<x>", special: true }] });
    const text = mergedTokenizerConfig('{"bos_token":"<s>","added_tokens_decoder":{"1":{}}}', "f", json, "{{ x }}");
    assert.deepEqual(JSON.parse(text), {
      bos_token: "<s>",
      added_tokens_decoder: { "5": { content: "<x>", special: true } },
      chat_template: "{{ x }}",
    });
  });

  it("keep the numbers that Python would read as another type", () => {
    const config = '{"model_max_length": 1000000000000000019884624838656, "added_tokens_decoder": {}}';
    assert.equal(
      mergedTokenizerConfig(config, "f", undefined, "{{ x }}"),
      config.replace("{}}", '{}, "chat_template": "{{ x }}"}'),
    );
    const text = '{"added_tokens": [], "model": {"type": "Unigram", "unk_id": 0, "vocab": [["a", 0.0], ["b", -1.50]]}}';
    const inputs = [text, text.replace('"b"', '"c"')].map((json, index) => ({
      reference: { model: { path: `model ${index}` } },
      tokenizer: parseTokenizer(json, "f"),
      vocabSize: 2,
    }));
    const merged = mergeVocabularies(request(), inputs);
    assert.equal(merged.tokenizerJson.replaceAll(/\s/g, ""), text.replace("]]", '],["c",-1.5]]').replaceAll(/\s/g, ""));
  });

  it("take the chat template that most models have, a built-in one, or Jinja text", () => {
    assert.equal(resolveChatTemplate("auto", ["a", "b", "b"]), "b");
    assert.equal(resolveChatTemplate("auto", []), undefined);
    assert.match(resolveChatTemplate("chatml", [])!, /<\|im_start\|>/);
    assert.equal(resolveChatTemplate("{{ messages[0]['content'] }}", []), "{{ messages[0]['content'] }}");
    assert.throws(() => resolveChatTemplate("foo", []), /neither "auto"/);
  });
});
