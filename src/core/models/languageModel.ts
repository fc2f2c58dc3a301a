import { z } from "zod";
import { noticeSchema } from "../evaluation/summary/notice.ts";

const specialTokenSchema = z.object({ token: z.int().nonnegative(), text: z.string() });

/** Everything about a loaded model that a result must record. */
export const modelDescriptionSchema = z.object({
  /** `general.name` of the file, or the file's base name. */
  name: z.string(),
  /** `general.architecture`, for example `llama`, `gpt2`. */
  architecture: z.string(),
  /** Scheme that the file declares, otherwise the type of most parameters; for example `Q4_K_M`, `F32`. */
  quantization: z.string(),
  parameterCount: z.number(),
  vocabularySize: z.int().positive(),
  /** Context length that the model was trained with, in tokens. */
  trainContextLength: z.int().nonnegative(),
  /** Context length that it was loaded with, in tokens. */
  contextLength: z.int().positive(),
  fileBytes: z.number(),
  fileSha256: z.string(),
  chatTemplate: z.string().optional(),
  bos: specialTokenSchema.optional(),
  eos: specialTokenSchema.optional(),
  /** Whether the tokenizer's own rule puts BOS in front of a prompt. */
  addsBos: z.boolean(),
  /** What a reader of its numbers must know of it: where its tokenizer may not be that of the original. */
  notices: z.array(noticeSchema),
  /**
   * Whether no token holds a space after a character that is not white space. Then a text's tokens before such a space
   * do not depend on what follows, nor those from there on what precedes.
   */
  keepsWordsApart: z.boolean(),
  /**
   * What else a number may depend on and a result must therefore record: the engine and its version, the device, the
   * number format of the attention cache, threads. Keys differ between backends.
   */
  runtime: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
export type ModelDescription = Readonly<z.infer<typeof modelDescriptionSchema>>;

interface EvaluationRequest {
  /**
   * Tokens at the beginning that other requests are expected to have too, because a protocol puts them in front of every
   * item. It says where the evaluation may be split for the sake of later requests, and must depend on the item alone.
   */
  readonly sharedTokens?: number;
}

/** Asks for the log-likelihood of several continuations of one prefix. */
export interface ScoreRequest extends EvaluationRequest {
  /** Every token before the continuations, BOS included where the protocol wants it. Not empty. */
  readonly prefix: readonly number[];
  /** Token sequences, each not empty, that are scored after the prefix independently of each other. */
  readonly continuations: readonly (readonly number[])[];
}

export interface ContinuationScore {
  /** Natural-log probability of each token, given everything before it; softmax over the whole vocabulary. */
  readonly tokenLogProbabilities: readonly number[];
  /** Whether every token is the most probable one at its place. */
  readonly greedy: boolean;
}

export interface ScoreResult {
  readonly continuations: readonly ContinuationScore[];
  /** Most probable token of the whole vocabulary right after the prefix. */
  readonly next: { readonly token: number; readonly logProbability: number };
  /** Tokens that went through the model for this request (prefix tokens in the cache do not). */
  readonly evaluatedTokens: number;
  /** Wall time of the request inside the model host, in milliseconds. */
  readonly milliseconds: number;
}

export interface Sampling {
  /** 0 is greedy. */
  readonly temperature: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly seed: number;
  /** OpenAI-style penalty, subtracted from a logit once per earlier occurrence of the token in the output. */
  readonly frequencyPenalty?: number;
}

export interface GenerateRequest extends EvaluationRequest {
  readonly prompt: readonly number[];
  readonly maxTokens: number;
  readonly sampling: Sampling;
  /** Generation ends before the first of these texts. */
  readonly stop?: readonly string[];
}

export interface GenerateResult {
  readonly text: string;
  readonly tokens: number;
  readonly stopReason: "endOfText" | "stopText" | "maxTokens";
  readonly evaluatedTokens: number;
  readonly milliseconds: number;
}

/** A loaded model. Every backend implements this; protocols and runs know nothing else of a model. */
export interface LanguageModel {
  readonly description: ModelDescription;
  /**
   * Tokens of each text, without BOS.
   * @param parseSpecial whether literal special tokens in the text (`<s>`, `<|im_end|>`) become those tokens
   */
  tokenize(texts: readonly string[], parseSpecial: boolean): Promise<number[][]>;
  /** Text of each token on its own, control tokens included: for showing token boundaries. */
  tokenTexts(tokens: readonly number[]): Promise<string[]>;
  /** For each text, every token of the vocabulary whose decoding on its own is exactly that text. */
  tokensDecodingTo(texts: readonly string[]): Promise<number[][]>;
  /** @throws CancelledError when the signal fires; ModelHostError when the process that runs the model ends */
  score(request: ScoreRequest, signal?: AbortSignal): Promise<ScoreResult>;
  /** @param onText receives each piece of text as it is generated */
  generate(
    request: GenerateRequest,
    options?: { readonly onText?: (piece: string) => void; readonly signal?: AbortSignal },
  ): Promise<GenerateResult>;
  /** Embedding of each text. Only embedding models answer; others throw ModelError. */
  embed(texts: readonly string[], signal?: AbortSignal): Promise<number[][]>;
  dispose(): Promise<void>;
}

/** The part of a model that turns texts into tokens. */
export type Tokenizer = Pick<LanguageModel, "description" | "tokenize" | "tokenTexts">;
