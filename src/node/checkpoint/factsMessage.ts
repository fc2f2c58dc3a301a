import { setImmediate } from "node:timers/promises";
import { z } from "zod";
import { modelConfigOf, modelConfigSchema } from "../../core/checkpoint/modelConfig.ts";
import type { StoredTensor } from "../../core/checkpoint/safetensors.ts";
import type { LoraAdapter } from "../../core/checkpoint/lora.ts";
import type { FactsResult } from "../../core/checkpoint/modelFacts.ts";
import { addedTokenSchema } from "../../core/tokenizer/tokenizer.ts";

/**
 * A vocabulary in a form that another thread reads at once, whatever its size: one text for all tokens. A hundred
 * thousand texts would take longer to receive than the extension host may be held up.
 */
const vocabularySchema = z.object({
  text: z.string(),
  /** Where each token ends in the text, in UTF-16 units. */
  ends: z.instanceof(Uint32Array),
  ids: z.instanceof(Uint32Array),
});

/** `FactsResult` on its way from a thread. What is large is made by Medley on the other side, and not looked through. */
export const factsMessageSchema = z.discriminatedUnion("state", [
  z.object({
    state: z.literal("known"),
    config: modelConfigSchema,
    tensors: z.instanceof<typeof Map<string, StoredTensor>>(Map),
    tokenizer: z.object({ vocabulary: vocabularySchema, added: z.array(addedTokenSchema) }).optional(),
    adapter: z.custom<LoraAdapter>((value) => typeof value === "object").optional(),
  }),
  z.object({ state: z.literal("missing"), path: z.string().optional(), isHubId: z.boolean().optional() }),
  z.object({ state: z.literal("unusable"), reason: z.string() }),
  z.object({ state: z.literal("unknown") }),
]);
export type FactsMessage = z.infer<typeof factsMessageSchema>;

export function toFactsMessage(result: FactsResult): FactsMessage {
  if (result.state !== "known") return result;
  const { config, tensors, tokenizer, adapter } = result.facts;
  return {
    state: "known",
    config: config.document,
    tensors: new Map([...tensors].map(([name, { dtype, shape }]) => [name, { dtype, shape }])),
    tokenizer: tokenizer && { vocabulary: packVocabulary(tokenizer.vocabulary), added: [...tokenizer.added] },
    adapter,
  };
}

/** Unpacks in small steps, so that nothing else waits long. */
export async function fromFactsMessage(message: FactsMessage): Promise<FactsResult> {
  if (message.state !== "known") return message;
  const { config, tensors, tokenizer, adapter } = message;
  const vocabulary = tokenizer && (await unpackVocabulary(tokenizer.vocabulary));
  return {
    state: "known",
    facts: {
      config: modelConfigOf(config),
      tensors,
      ...(tokenizer && vocabulary && { tokenizer: { vocabulary, added: tokenizer.added } }),
      ...(adapter && { adapter }),
    },
  };
}

function packVocabulary(vocabulary: ReadonlyMap<string, number>): z.infer<typeof vocabularySchema> {
  const ends = new Uint32Array(vocabulary.size);
  let index = 0;
  let end = 0;
  for (const token of vocabulary.keys()) ends[index++] = end += token.length;
  return { text: [...vocabulary.keys()].join(""), ends, ids: Uint32Array.from(vocabulary.values()) };
}

/** Tokens that are unpacked at a time: some milliseconds' work. */
const tokensAtOnce = 20_000;

async function unpackVocabulary({ text, ends, ids }: z.infer<typeof vocabularySchema>): Promise<Map<string, number>> {
  const vocabulary = new Map<string, number>();
  for (let index = 0; index < ends.length; index++) {
    if (index % tokensAtOnce === tokensAtOnce - 1) await setImmediate();
    vocabulary.set(text.slice(ends[index - 1] ?? 0, ends[index]), ids[index]!);
  }
  return vocabulary;
}
