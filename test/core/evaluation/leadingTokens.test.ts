import assert from "node:assert/strict";
import { ModelError } from "../../../src/core/errors.ts";
import {
  leadingBos,
  prefixToken,
  requireLeadingTokens,
  type LeadingTokens,
} from "../../../src/core/evaluation/leadingTokens.ts";
import type { ContinuationsRequest, Prompt } from "../../../src/core/evaluation/protocol.ts";

const bos = { token: 3 };
const eos = { token: 4 };

function prompt(context: string, rule: Prompt["bos"], changes: Partial<ContinuationsRequest> = {}): Prompt {
  const request = {
    scoring: "continuations",
    context,
    delimiter: " ",
    continuations: ["A"],
    unconditional: false,
  } as const;
  return { request: { ...request, ...changes }, labels: ["A"], bos: rule, parseSpecial: false };
}

describe("tokens in front of a prompt", () => {
  it("are BOS where protocol and tokenizer want it", () => {
    assert.equal(leadingBos({ bos: "tokenizer" }, { bos, addsBos: true }), 3);
    assert.equal(leadingBos({ bos: "tokenizer" }, { bos, addsBos: false }), undefined);
    assert.equal(leadingBos({ bos: "none" }, { addsBos: true }), undefined);
    assert.throws(() => leadingBos({ bos: "tokenizer" }, { eos, addsBos: true }), ModelError);
  });

  it("are BOS before a text on its own, or EOS where there is no BOS", () => {
    assert.equal(prefixToken({ bos, eos, addsBos: false }), 3);
    assert.equal(prefixToken({ eos, addsBos: false }), 4);
    assert.throws(() => prefixToken({ addsBos: false }), ModelError);
  });

  const isRefused = (tokens: LeadingTokens, ...prompts: Prompt[]): boolean => {
    try {
      requireLeadingTokens(prompts, tokens, "m.gguf");
      return false;
    } catch (error) {
      assert(error instanceof ModelError && error.place?.file === "m.gguf" && error.hint !== undefined);
      return true;
    }
  };

  it("are required before a model is loaded, as far as its file tells", () => {
    const plain = prompt("x", "tokenizer");
    assert.equal(isRefused({ addsBos: false }, plain), false);
    assert.equal(isRefused({ addsBos: undefined }, plain), false);
    assert.equal(isRefused({ addsBos: true }, plain), true);
    assert.equal(isRefused({ addsBos: true }, prompt("x", "none")), false);
    assert.equal(isRefused({ addsBos: false }, plain, prompt("x", "none", { unconditional: true })), true);
    assert.equal(isRefused({ eos, addsBos: false }, prompt("x", "none", { unconditional: true })), false);
  });

  it("are required for an empty prompt", () => {
    for (const context of ["", "  "]) {
      assert.equal(isRefused({ bos, addsBos: true }, prompt(context, "tokenizer")), false);
      assert.equal(isRefused({ bos, addsBos: undefined }, prompt(context, "tokenizer")), false);
      assert.equal(isRefused({ bos, addsBos: false }, prompt(context, "tokenizer")), true);
      assert.equal(isRefused({ bos, addsBos: true }, prompt(context, "none")), true);
    }
    assert.equal(isRefused({ addsBos: false }, prompt("\n", "tokenizer")), false);
  });
});
