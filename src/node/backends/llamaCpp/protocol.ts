import { z } from "zod";
import { chatRoles } from "../../../core/models/languageModel.ts";
import { gpuSchema, kvCacheTypeSchema } from "../../../core/models/loadSettings.ts";
import { defineMethod } from "../../processes/method.ts";

/**
 * What the model host and its client say to each other: JSON-RPC over the IPC channel of a child process. Both sides
 * validate with these schemas. One host holds one model.
 */

const tokenSchema = z.int().nonnegative();
const tokensSchema = z.array(tokenSchema);

const loadParamsSchema = z.object({
  /** Its only file, or the first part. */
  path: z.string(),
  /** All its files, in their order. */
  files: z.array(z.string()).min(1),
  /** Folder in which file hashes are remembered; without it the file is hashed each time. */
  cacheFolder: z.string().optional(),
  /** Hashes the whole file, whatever is remembered of it. */
  hashAnew: z.boolean(),
  gpu: gpuSchema,
  /** Most tokens that a request may have, prompt and continuation together. */
  contextLength: z.int().positive(),
  /** Processor threads; absent, the host finds out how many are fastest now. */
  threads: z.int().positive().optional(),
  kvCacheType: kvCacheTypeSchema,
  /** Fused attention kernels: less memory, but on CPUs log-likelihoods off by up to 0.3 nats. */
  flashAttention: z.boolean(),
  /** Most tokens that llama.cpp can evaluate in one go. */
  batchSize: z.int().positive(),
  /** Whether tokens that a request shares with the one before it are taken from the cache. */
  prefixReuse: z.boolean(),
});
export type LoadParams = z.infer<typeof loadParamsSchema>;

const specialTokenSchema = z.object({ token: tokenSchema, text: z.string() });

const loadResultSchema = z.object({
  fileSha256: z.string(),
  vocabularySize: z.int().positive(),
  trainContextLength: z.int().nonnegative(),
  bos: specialTokenSchema.optional(),
  eos: specialTokenSchema.optional(),
  addsBos: z.boolean(),
  /** What llama.cpp warned of while it read the file, one line each. */
  warnings: z.array(z.string()),
  /** Processor threads that it runs with. */
  threads: z.int().positive(),
  keepsWordsApart: z.boolean(),
  /** `cuda`, `vulkan`, `metal` or `cpu`. */
  device: z.string(),
  gpuLayers: z.int().nonnegative(),
  /** Most tokens that are evaluated in one go. */
  groupSize: z.int().positive(),
  /** Version of llama.cpp's Node bindings and of llama.cpp. */
  engine: z.string(),
});
export type LoadResult = z.infer<typeof loadResultSchema>;

const scoreRequestSchema = z.object({
  prefix: tokensSchema.min(1),
  continuations: z.array(tokensSchema.min(1)).min(1),
  sharedTokens: z.int().nonnegative().optional(),
});

const scoreResultSchema = z.object({
  continuations: z.array(z.object({ tokenLogProbabilities: z.array(z.number()), greedy: z.boolean() })),
  next: z.object({ token: tokenSchema, logProbability: z.number() }),
  evaluatedTokens: z.int().nonnegative(),
  milliseconds: z.number(),
});

const generateParamsSchema = z.object({
  /** Names the request in `generated` notifications. */
  stream: z.int(),
  prompt: tokensSchema.min(1),
  sharedTokens: z.int().nonnegative().optional(),
  maxTokens: z.int().positive(),
  sampling: z.object({
    temperature: z.number().nonnegative(),
    topK: z.int().positive().optional(),
    topP: z.number().positive().max(1).optional(),
    seed: z.int().nonnegative(),
    frequencyPenalty: z.number().optional(),
  }),
  stop: z.array(z.string().min(1)).optional(),
});
export type GenerateParams = z.infer<typeof generateParamsSchema>;

const generateResultSchema = z.object({
  text: z.string(),
  tokens: z.int().nonnegative(),
  stopReason: z.enum(["endOfText", "stopText", "maxTokens"]),
  evaluatedTokens: z.int().nonnegative(),
  milliseconds: z.number(),
});

export const methods = {
  load: defineMethod("load", loadParamsSchema, loadResultSchema),
  tokenize: defineMethod(
    "tokenize",
    z.object({ texts: z.array(z.string()), parseSpecial: z.boolean() }),
    z.array(tokensSchema),
  ),
  tokenTexts: defineMethod("tokenTexts", z.object({ tokens: tokensSchema }), z.array(z.string())),
  tokensDecodingTo: defineMethod("tokensDecodingTo", z.object({ texts: z.array(z.string()) }), z.array(tokensSchema)),
  /** Applies a model's chat template; in the host, since a template of a file may loop for long. */
  renderChat: defineMethod(
    "renderChat",
    z.object({
      template: z.string(),
      messages: z.array(z.object({ role: z.enum(chatRoles), content: z.string() })),
      bos: z.string().optional(),
      eos: z.string().optional(),
    }),
    z.string(),
  ),
  score: defineMethod("score", scoreRequestSchema, scoreResultSchema),
  generate: defineMethod("generate", generateParamsSchema, generateResultSchema),
  embed: defineMethod("embed", z.object({ texts: z.array(z.string()) }), z.array(z.array(z.number()))),
  /** Frees the model and ends the process. */
  unload: defineMethod("unload", z.object({}), z.null()),
} as const;

/** Sent by the host with each piece of generated text. */
export const generatedNotification = "generated";
export const generatedSchema = z.object({ stream: z.int(), piece: z.string() });
