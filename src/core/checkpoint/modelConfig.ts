import { z } from "zod";
import { parseJsonFile } from "./jsonFile.ts";
import { editJson } from "./jsonText.ts";

/** A `config.json`, as far as a merge looks into it. */
export const modelConfigSchema = z
  .object({
    architectures: z.array(z.string()).nullish(),
    model_type: z.string().nullish(),
    tie_word_embeddings: z.boolean().nullish(),
    torch_dtype: z.string().nullish(),
    dtype: z.string().nullish(),
    quantization_config: z.object({ quant_method: z.string().nullish() }).loose().nullish(),
  })
  .loose();

/** What a merge needs of a checkpoint's `config.json`. */
export interface ModelConfig {
  /** The whole document, unknown keys included. */
  readonly document: Readonly<Record<string, unknown>>;
  /** `architectures`, for example `["LlamaForCausalLM"]`; empty when the file does not say. */
  readonly architectures: readonly string[];
  readonly modelType: string | undefined;
  readonly tiesEmbeddings: boolean;
  /** `quant_method` of a quantized checkpoint (`bitsandbytes`, `gptq`, …). */
  readonly quantization: string | undefined;
  /** A whole number by any of the names that model families use for it. */
  integer(...keys: readonly string[]): number | undefined;
}

/**
 * Reads the text of a `config.json`.
 * @param file how messages name it
 * @throws DataError when it is not a JSON object or a field has another type than documented
 */
export function parseModelConfig(text: string, file: string): ModelConfig {
  return modelConfigOf(parseJsonFile(modelConfigSchema, text, file));
}

/** What the document of a `config.json` says. */
export function modelConfigOf(document: z.output<typeof modelConfigSchema>): ModelConfig {
  return {
    document,
    architectures: document.architectures ?? [],
    modelType: document.model_type ?? undefined,
    tiesEmbeddings: document.tie_word_embeddings ?? tiesByDefault.has(document.model_type ?? ""),
    quantization: document.quantization_config
      ? (document.quantization_config.quant_method ?? "unknown method")
      : undefined,
    integer(...keys) {
      const found = keys.map((key) => document[key]).find((candidate) => Number.isSafeInteger(candidate));
      return found as number | undefined;
    },
  };
}

/** Families whose configuration class ties input and output embeddings unless the file says otherwise. */
const tiesByDefault = new Set(["gpt2", "gemma", "gemma2", "gemma3", "gemma3_text"]);

/**
 * The text of a `config.json` with some values replaced or added; everything else stays as it is, to the character.
 * @param changes by dotted path (`vocab_size`, `text_config.num_hidden_layers`)
 */
export function editModelConfig(text: string, changes: Readonly<Record<string, unknown>>): string {
  return editJson(
    text,
    Object.entries(changes).map(([path, value]) => ({ path: path.split("."), value })),
  );
}
