import type {
  GenerateRequest,
  GenerateResult,
  Capability,
  ModelDescription,
  ModelWith,
  ScoreRequest,
  ScoreResult,
} from "../../src/core/models/languageModel.ts";

const special = ["<s>", "</s>"];
/** Longest match first. None holds a space after another character. */
const words = ["(A", "Answer", "question", " the", " A", " B", "\n\n", "  "].sort((a, b) => b.length - a.length);
const characters = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));
const vocabulary = [...special, ...words, ...characters];

/**
 * A complete language model in a few lines, for tests of what is built on one: greedy longest-match tokenizer, next-token
 * logits that are a fixed function of the last two tokens, and a cache of the latest prompt whose common prefix is not
 * evaluated again. Text outside Latin-1 has no tokens.
 */
export class ToyLanguageModel implements ModelWith<Exclude<Capability, "chatModel">> {
  readonly description: ModelDescription;
  readonly capabilities = new Set<Capability>(["tokenizer", "scorer", "textGenerator"]);
  private cached: readonly number[] = [];
  /** Every request to `score`, as it came. */
  readonly requests: ScoreRequest[] = [];

  constructor(description: Partial<ModelDescription> = {}) {
    this.description = {
      name: "toy",
      architecture: "toy",
      quantization: "F32",
      parameterCount: 0,
      vocabularySize: vocabulary.length,
      trainContextLength: 4096,
      contextLength: 4096,
      fileBytes: 0,
      identity: { kind: "sha256", sha256: "0".repeat(64) },
      bos: { token: 0, text: "<s>" },
      eos: { token: 1, text: "</s>" },
      addsBos: true,
      notices: [],
      keepsWordsApart: true,
      ...description,
    } as ModelDescription;
  }

  tokenize(texts: readonly string[], parseSpecial: boolean): Promise<number[][]> {
    const pieces = parseSpecial ? [...special, ...words] : words;
    return Promise.resolve(
      texts.map((text) => {
        const tokens: number[] = [];
        for (let at = 0; at < text.length;) {
          const piece = pieces.find((candidate) => text.startsWith(candidate, at)) ?? text.charAt(at);
          tokens.push(vocabulary.indexOf(piece));
          at += piece.length;
        }
        return tokens;
      }),
    );
  }

  tokenTexts(tokens: readonly number[]): Promise<string[]> {
    return Promise.resolve(tokens.map((token) => vocabulary[token]!));
  }

  /** As with SentencePiece, a token with a leading space decodes on its own to the text without it. */
  tokensDecodingTo(texts: readonly string[]): Promise<number[][]> {
    return Promise.resolve(
      texts.map((text) => vocabulary.flatMap((piece, token) => (piece.replace(/^ (?=.)/, "") === text ? [token] : []))),
    );
  }

  score(request: ScoreRequest): Promise<ScoreResult> {
    this.requests.push(request);
    const inner = new Set<string>();
    const continuations = request.continuations.map((tokens) => {
      const sequence = [...request.prefix];
      const values = tokens.map((token, index) => {
        if (index > 0) inner.add(tokens.slice(0, index).join());
        const distribution = logProbabilities(sequence);
        sequence.push(token);
        return { value: distribution[token]!, greedy: Math.max(...distribution) === distribution[token] };
      });
      return {
        tokenLogProbabilities: values.map(({ value }) => value),
        greedy: values.every(({ greedy }) => greedy),
      };
    });
    const distribution = logProbabilities(request.prefix);
    const best = distribution.indexOf(Math.max(...distribution));
    return Promise.resolve({
      continuations,
      next: { token: best, logProbability: distribution[best]! },
      evaluatedTokens: this.evaluate(request.prefix) + inner.size,
      milliseconds: 1,
    });
  }

  generate({ prompt, maxTokens, sampling, stop = [] }: GenerateRequest): Promise<GenerateResult> {
    const sequence = [...prompt];
    let text = "";
    for (let drawn = 0; drawn < maxTokens; drawn++) {
      const token = choose(logProbabilities(sequence), sampling.temperature, sampling.seed + drawn);
      sequence.push(token);
      text += vocabulary[token]!;
    }
    const end = stop.map((stopText) => text.indexOf(stopText)).find((at) => at >= 0);
    return Promise.resolve({
      text: text.slice(0, end),
      tokens: maxTokens,
      stopReason: end === undefined ? "maxTokens" : "stopText",
      evaluatedTokens: this.evaluate(prompt) + maxTokens - 1,
      milliseconds: 1,
    });
  }

  embed(): Promise<number[][]> {
    return Promise.reject(new Error("The toy model embeds nothing."));
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }

  private evaluate(prefix: readonly number[]): number {
    let shared = 0;
    while (shared < prefix.length - 1 && prefix[shared] === this.cached[shared]) shared++;
    this.cached = prefix;
    return prefix.length - shared;
  }
}

/** Natural logarithms, over the whole vocabulary; all different. */
export function logProbabilities(sequence: readonly number[]): number[] {
  const state = (sequence.at(-1) ?? 0) * 31 + (sequence.at(-2) ?? 0) * 7;
  const logits = vocabulary.map((_, token) => 4 * Math.sin(token * token * 0.37 + token + state * 1.7));
  const largest = Math.max(...logits);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
  return logits.map((logit) => logit - largest - Math.log(total));
}

function choose(distribution: readonly number[], temperature: number, seed: number): number {
  if (temperature === 0) return distribution.indexOf(Math.max(...distribution));
  const order = [...distribution.keys()].sort((a, b) => distribution[b]! - distribution[a]!);
  return order[seed % 40]!;
}
