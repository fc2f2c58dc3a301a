import type { LlamaModel, Token } from "node-llama-cpp";
import { ModelError } from "../../core/errors.ts";

/** Tokenization and the texts of tokens. */
export class Vocabulary {
  private readonly size: number;
  private tokensByText: ReadonlyMap<string, number[]> | undefined;

  constructor(private readonly model: LlamaModel) {
    this.size = [...model.iterateAllTokens()].length;
  }

  /** @throws ModelError when a number is not a token; llama.cpp itself would read outside its tables */
  check(...sequences: readonly (readonly number[])[]): void {
    for (const token of sequences.flat()) {
      if (token >= this.size) throw new ModelError(`${token} is not a token: the vocabulary has ${this.size}.`);
    }
  }

  tokenize(texts: readonly string[], parseSpecial: boolean): number[][] {
    return texts.map((text) => this.model.tokenize(text, parseSpecial));
  }

  /** The text that each token adds after another one, so that a leading space shows. */
  tokenTexts(tokens: readonly number[]): string[] {
    this.check(tokens);
    const before = this.model.tokenize("a", false);
    return tokens.map((token) => this.model.detokenize([token as Token], true, before));
  }

  tokensDecodingTo(texts: readonly string[]): number[][] {
    this.tokensByText ??= this.decodeAll();
    return texts.map((text) => this.tokensByText!.get(text) ?? []);
  }

  private decodeAll(): Map<string, number[]> {
    const tokensByText = new Map<string, number[]>();
    for (const token of this.model.iterateAllTokens()) {
      const text = this.model.detokenize([token]);
      const tokens = tokensByText.get(text);
      if (tokens === undefined) tokensByText.set(text, [token]);
      else tokens.push(token);
    }
    return tokensByText;
  }
}
