import type { LlamaModel, Token } from "node-llama-cpp";
import { ModelError } from "../../core/errors.ts";

/** Tokenization and the texts of tokens. */
export class Vocabulary {
  readonly size: number;
  /** Whether no token holds a space after a character that is not white space. */
  readonly keepsWordsApart: boolean;
  /** Tokens by the text that each decodes to on its own. */
  private readonly tokensByText: ReadonlyMap<string, number[]>;

  constructor(private readonly model: LlamaModel) {
    const tokensByText = new Map<string, number[]>();
    let size = 0;
    let keepsWordsApart = true;
    for (const token of model.iterateAllTokens()) {
      const text = model.detokenize([token]);
      const tokens = tokensByText.get(text);
      if (tokens === undefined) tokensByText.set(text, [token]);
      else tokens.push(token);
      // Control tokens decode to nothing unless their own text is asked for.
      keepsWordsApart &&= !/\S /.test(text === "" ? model.detokenize([token], true) : text);
      size++;
    }
    this.size = size;
    this.keepsWordsApart = keepsWordsApart;
    this.tokensByText = tokensByText;
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
    return texts.map((text) => this.tokensByText.get(text) ?? []);
  }
}
