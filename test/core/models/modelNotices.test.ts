import assert from "node:assert/strict";
import type { ModelHeader } from "../../../src/core/models/modelHeader.ts";
import { modelNotices, recordedModelNotices, specialTokens } from "../../../src/core/models/modelNotices.ts";

type TokenizerHeader = ModelHeader["tokenizer"];

const bpe: TokenizerHeader = {
  model: "gpt2",
  preTokenizer: "gpt-2",
  vocabularySize: 100,
  bosToken: 99,
  eosToken: 99,
};
const sentencePiece: TokenizerHeader = { model: "llama", vocabularySize: 100, bosToken: 1, eosToken: 2 };

const kinds = (tokenizer: TokenizerHeader, warnings: string[] = []) =>
  modelNotices({ tokenizer }, warnings).map(({ kind }) => kind);

describe("notices of a model", () => {
  it("are none where the file says all that its tokenizer needs", () => {
    assert.deepEqual(kinds(bpe), []);
    assert.deepEqual(kinds(sentencePiece), []);
  });

  it("tell what the file leaves to a default, or names wrongly", () => {
    assert.deepEqual(kinds({ ...bpe, preTokenizer: undefined }), ["defaultPreTokenizer"]);
    assert.deepEqual(kinds({ ...bpe, preTokenizer: "default" }), ["defaultPreTokenizer"]);
    assert.deepEqual(kinds({ ...sentencePiece, preTokenizer: "default" }), []);
    assert.deepEqual(kinds({ ...bpe, bosToken: undefined }), ["noBos"]);
    assert.deepEqual(kinds({ ...sentencePiece, bosToken: undefined }), ["assumedBos"]);
    assert.deepEqual(kinds({ ...bpe, bosToken: 100 }), ["bosOutOfRange"]);
    assert.deepEqual(kinds({ ...sentencePiece, bosToken: 100 }), ["bosOutOfRange"]);
  });

  it("say what a model without BOS cannot do, where its tokenizer would put BOS in front", () => {
    const message = (tokenizer: TokenizerHeader) => modelNotices({ tokenizer }, [])[0]!.message;
    const unnamed = { ...bpe, bosToken: undefined };
    assert.match(message(unnamed), /^The file names no BOS \(tokenizer\.ggml\.bos_token_id\): nothing precedes/);
    for (const adding of [{ addsBos: true }, { preTokenizer: "llama-bpe" }, { preTokenizer: "tekken" }]) {
      assert.match(
        message({ ...unnamed, ...adding }),
        /: every prompt should begin with it, so only .* \(bos=none\)\.$/,
      );
    }
    assert.match(message({ ...unnamed, preTokenizer: "llama-bpe", addsBos: false }), /: nothing precedes a prompt\.$/);
    assert.match(
      message({ ...bpe, bosToken: 100, addsBos: true }),
      /^The file names token 100 as BOS, .*: every prompt/,
    );
  });

  it("hold llama.cpp's own warnings, counted, and the first of them in words", () => {
    const [notice] = modelNotices({ tokenizer: bpe }, ["a", "b", "c", "d", "e", "f", "g"]);
    const message = "llama.cpp warned while it loaded the model: a; b; c; d; e; 2 more.";
    assert.deepEqual(notice, { kind: "loadWarnings", count: 7, message });
  });

  it("are read from a manifest, which may be an older one", () => {
    const notices = modelNotices({ tokenizer: { ...bpe, bosToken: undefined } }, []);
    assert.deepEqual(recordedModelNotices({ model: { name: "m", notices } }), notices);
    assert.equal(recordedModelNotices({ model: { name: "m" } }), undefined);
    assert.equal(recordedModelNotices(undefined), undefined);
  });
});

describe("special tokens of a file", () => {
  it("are those that it names, if they exist", () => {
    assert.deepEqual(specialTokens(bpe), { bos: 99, eos: 99, addsBos: undefined });
    const outside = { ...bpe, bosToken: 100, eosToken: 100, addsBos: true };
    assert.deepEqual(specialTokens(outside), { bos: undefined, eos: undefined, addsBos: true });
  });

  it("are the usual ones of SentencePiece where it names none, and none of byte-level BPE", () => {
    const unnamed = { bosToken: undefined, eosToken: undefined };
    assert.deepEqual(specialTokens({ ...sentencePiece, ...unnamed }), { bos: 1, eos: 2, addsBos: true });
    assert.deepEqual(specialTokens({ ...bpe, ...unnamed }), { bos: undefined, eos: undefined, addsBos: undefined });
  });

  it("precede prompts by llama.cpp's rule for the way in which the tokenizer splits text, unless the file has its own", () => {
    const adds = (tokenizer: Partial<TokenizerHeader>) => specialTokens({ ...bpe, ...tokenizer }).addsBos;
    assert.equal(adds({ preTokenizer: "llama-bpe" }), true);
    assert.equal(adds({ preTokenizer: "llama-bpe", bosToken: undefined }), true);
    assert.equal(adds({ preTokenizer: "llama-bpe", addsBos: false }), false);
    assert.equal(adds({ preTokenizer: "qwen2" }), undefined);
    assert.equal(adds({ model: "rwkv", preTokenizer: "llama-bpe" }), undefined);
  });
});
