import { z } from "zod";
import { ModelError } from "../errors.ts";
import { noticeSchema } from "../evaluation/summary/notice.ts";
import { modelIdentitySchema } from "./modelIdentity.ts";

const specialTokenSchema = z.object({ token: z.int().nonnegative(), text: z.string() });

/** Everything about an opened model that a result must record. What a server does not tell is absent. */
export const modelDescriptionSchema = z.object({
  /** `general.name` of the file, or the file's base name. */
  name: z.string(),
  identity: modelIdentitySchema,
  /** `general.architecture`, for example `llama`, `gpt2`. */
  architecture: z.string().optional(),
  /** Scheme that the file declares, otherwise the type of most parameters; for example `Q4_K_M`, `F32`. */
  quantization: z.string().optional(),
  parameterCount: z.number().optional(),
  vocabularySize: z.int().positive().optional(),
  /** Context length that the model was trained with, in tokens. */
  trainContextLength: z.int().nonnegative(),
  /** Context length that it was opened with, in tokens. */
  contextLength: z.int().positive(),
  fileBytes: z.number().optional(),
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

/** Who says a message of a conversation. */
export const chatRoles = ["system", "user", "assistant"] as const;

export interface ChatMessage {
  readonly role: (typeof chatRoles)[number];
  readonly content: string;
}

/** What a model gets for a conversation, up to where its answer begins. */
export interface RenderedChat {
  /** With the template's special tokens spelt out. */
  readonly text: string;
  /** BOS included. */
  readonly tokens: readonly number[];
}

export interface ChatRequest {
  /** From the first on; the last one is answered. */
  readonly messages: readonly ChatMessage[];
  /** Most tokens of the answer; absent, as many as the context has left. */
  readonly maxTokens?: number;
  readonly sampling: Sampling;
  readonly stop?: readonly string[];
}

export interface ChatResult extends GenerateResult {
  /** Tokens of the conversation as the model got it. */
  readonly promptTokens: number;
}

export interface StreamOptions {
  /** Receives each piece of text as it is generated. */
  readonly onText?: (piece: string) => void;
  readonly signal?: AbortSignal;
}

/** What every opened model has. What else it can do is among its capabilities. */
export interface OpenedModel {
  readonly description: ModelDescription;
  readonly capabilities: ReadonlySet<Capability>;
  dispose(): Promise<void>;
}

/** Turns texts into tokens. */
export interface Tokenizer {
  readonly description: ModelDescription;
  /**
   * Tokens of each text, without BOS.
   * @param parseSpecial whether literal special tokens in the text (`<s>`, `<|im_end|>`) become those tokens
   */
  tokenize(texts: readonly string[], parseSpecial: boolean): Promise<number[][]>;
  /** Text of each token on its own, control tokens included: for showing token boundaries. */
  tokenTexts(tokens: readonly number[]): Promise<string[]>;
}

/** Log-likelihoods of continuations, over the whole vocabulary. */
export interface Scorer {
  /** @throws CancelledError when the signal fires; ModelHostError when the process that runs the model ends */
  score(request: ScoreRequest, signal?: AbortSignal): Promise<ScoreResult>;
  /** For each text, every token of the vocabulary whose decoding on its own is exactly that text. */
  tokensDecodingTo(texts: readonly string[]): Promise<number[][]>;
}

/** Continues a raw prompt, without any template. */
export interface TextGenerator {
  generate(request: GenerateRequest, options?: StreamOptions): Promise<GenerateResult>;
}

/** Answers conversations, by the template that the model was trained with. */
export interface ChatModel {
  /** @throws ModelError when the conversation does not fit into the context, or the template refuses it */
  chat(request: ChatRequest, options?: StreamOptions): Promise<ChatResult>;
  /** What the model would get; absent where a backend does not tell. */
  renderChat?(messages: readonly ChatMessage[], signal?: AbortSignal): Promise<RenderedChat>;
}

/** Turns texts into vectors of equal length. */
export interface Embedder {
  embed(texts: readonly string[], signal?: AbortSignal): Promise<number[][]>;
}

interface CapabilityTypes {
  tokenizer: Tokenizer;
  scorer: Scorer;
  textGenerator: TextGenerator;
  chatModel: ChatModel;
  embedder: Embedder;
}
export type Capability = keyof CapabilityTypes;

type All<Union> = (Union extends unknown ? (value: Union) => void : never) extends (value: infer Every) => void
  ? Every
  : never;

/** An opened model that has certain capabilities. */
export type ModelWith<Needed extends Capability> = OpenedModel & All<CapabilityTypes[Needed]>;

/** An opened model. Protocols and runs know nothing else of it, whichever backend opened it. */
export type LanguageModel = OpenedModel & Partial<All<CapabilityTypes[Capability]>>;

/** What a capability is, in the sentence that says that a model lacks it. */
const capabilityNames: Readonly<Record<Capability, string>> = {
  tokenizer: "does not show its tokens",
  scorer: "does not give the log-likelihood of a text",
  textGenerator: "does not continue a raw prompt",
  chatModel: "has no chat template",
  embedder: "is no embedding model",
};

/**
 * Refuses a model that lacks what is needed of it.
 * @param model a model, opened or not
 * @param name what the message calls it
 * @param purpose what needs it: "the protocol lm-eval"
 * @throws ModelError with one sentence
 */
export function requireCapabilities(
  { capabilities }: Pick<OpenedModel, "capabilities">,
  needed: readonly Capability[],
  name: string,
  purpose: string,
): void {
  const missing = needed.filter((capability) => !capabilities.has(capability));
  if (missing.length === 0) return;
  const lacks = missing.map((capability) => capabilityNames[capability]).join(" and ");
  throw new ModelError(`${name} ${lacks}, which ${purpose} needs.`);
}

/**
 * An opened model by what it can do.
 * @throws ModelError when it lacks something of it
 */
export function withCapabilities<Needed extends Capability>(
  model: LanguageModel,
  ...needed: readonly Needed[]
): ModelWith<Needed> {
  requireCapabilities(model, needed, model.description.name, "this");
  return model as unknown as ModelWith<Needed>;
}
