import { z } from "zod";
import { ggufFileTypes } from "../checkpoint/ggmlTypes.ts";
import type { GgufHeader, GgufScalar, GgufTensor, GgufValue } from "../checkpoint/gguf.ts";
import { FileError } from "../errors.ts";

const count = z.int().nonnegative();
/** One number for all layers, or one a layer. */
const perLayer = z.union([count, z.array(count)]);

const tokenizerHeaderSchema = z.object({
  /** `tokenizer.ggml.model`, for example `llama` (SentencePiece), `gpt2` (byte-level BPE). */
  model: z.string().optional(),
  /** `tokenizer.ggml.pre`: how byte-level BPE splits text before it merges. */
  preTokenizer: z.string().optional(),
  vocabularySize: count.optional(),
  bosToken: z.int().optional(),
  eosToken: z.int().optional(),
  /** Absent where the file leaves it to the rule of its tokenizer. */
  addsBos: z.boolean().optional(),
});

/** `<architecture>.attention.*`, as far as the size of the attention cache depends on it. */
const attentionHeaderSchema = z.object({
  headCount: perLayer.optional(),
  /** Heads of keys and values, fewer than those of queries in grouped-query attention. */
  headCountKv: perLayer.optional(),
  /** Elements of one head's key, and of its value. */
  keyLength: count.optional(),
  valueLength: count.optional(),
});

/** What a GGUF file says about its model, without loading it. */
export const modelHeaderSchema = z.object({
  architecture: z.string(),
  /** `general.name`, where the file has one. */
  name: z.string().optional(),
  /** Scheme that the file declares (`general.file_type`), otherwise the type of most of its parameters. */
  quantization: z.string(),
  /** Elements of all tensors. */
  parameterCount: count,
  /** Number of parameters by tensor type. */
  parametersByType: z.record(z.string(), count),
  tensorCount: count,
  /** Bytes of all tensors. */
  tensorBytes: count,
  /** Context length that the model was trained with, in tokens. */
  trainContextLength: count.optional(),
  embeddingLength: count.optional(),
  blockCount: count.optional(),
  attention: attentionHeaderSchema,
  chatTemplate: z.string().optional(),
  /** How the vectors of tokens become one (llama.cpp's `llama_pooling_type`); above 0 in embedding models only. */
  poolingType: z.int().optional(),
  tokenizer: tokenizerHeaderSchema,
  /** Of all files. */
  fileBytes: count,
  /** Files that the model is spread over; they are named as in `partsOf`. */
  fileCount: z.int().positive(),
});
export type ModelHeader = z.infer<typeof modelHeaderSchema>;

/** What a file says about the parts of its model. */
export interface Split {
  /** Number of parts; 1 for a whole model. */
  readonly count: number;
  /** Which of them this is, from 1. */
  readonly number: number;
  /** Tensors of all parts, where the file says so. */
  readonly tensors: number | undefined;
}

/** `split.*` as `llama-gguf-split` writes it. */
export function describeSplit(header: Pick<GgufHeader, "metadata">, file: string): Split {
  const metadata = new Metadata(header.metadata, file);
  return {
    count: Math.max(1, metadata.count("split.count") ?? 1),
    number: (metadata.count("split.no") ?? 0) + 1,
    tensors: metadata.count("split.tensors.count"),
  };
}

/**
 * A model in one file or spread over several, of which the first one holds the metadata.
 * @param headers of all parts, in their order
 * @param file what messages call the first one
 * @throws FileError when the files do not hold a whole language model
 */
export function describeParts(headers: readonly [GgufHeader, ...GgufHeader[]], file: string): ModelHeader {
  const metadata = new Metadata(headers[0].metadata, file);
  const tensors = headers.flatMap((header) => header.tensors);
  const architecture = metadata.text("general.architecture");
  if (architecture === undefined) {
    throw new FileError("The file does not say which architecture its model has.", {
      place: { file, field: "general.architecture" },
    });
  }
  refuseOtherContent(metadata, tensors, file);
  const parametersByType = countParameters(tensors);
  const most = Object.entries(parametersByType).reduce((a, b) => (b[1] > a[1] ? b : a))[0];
  return {
    architecture,
    name: metadata.text("general.name"),
    quantization: ggufFileTypes.get(metadata.integer("general.file_type") ?? -1) ?? most,
    parameterCount: sum(tensors.map(({ elements }) => elements)),
    parametersByType,
    tensorCount: tensors.length,
    tensorBytes: sum(tensors.map(({ byteLength }) => byteLength)),
    trainContextLength: metadata.count(`${architecture}.context_length`),
    embeddingLength: metadata.count(`${architecture}.embedding_length`),
    blockCount: metadata.count(`${architecture}.block_count`),
    attention: {
      headCount: metadata.perLayer(`${architecture}.attention.head_count`),
      headCountKv: metadata.perLayer(`${architecture}.attention.head_count_kv`),
      keyLength: metadata.count(`${architecture}.attention.key_length`),
      valueLength: metadata.count(`${architecture}.attention.value_length`),
    },
    chatTemplate: metadata.text("tokenizer.chat_template"),
    poolingType: metadata.integer(`${architecture}.pooling_type`),
    tokenizer: {
      model: metadata.text("tokenizer.ggml.model"),
      preTokenizer: metadata.text("tokenizer.ggml.pre"),
      vocabularySize: metadata.arrayLength("tokenizer.ggml.tokens"),
      bosToken: metadata.integer("tokenizer.ggml.bos_token_id"),
      eosToken: metadata.integer("tokenizer.ggml.eos_token_id"),
      addsBos: metadata.boolean("tokenizer.ggml.add_bos_token"),
    },
    fileBytes: sum(headers.map(({ fileBytes }) => fileBytes)),
    fileCount: headers.length,
  };
}

function refuseOtherContent(metadata: Metadata, tensors: readonly GgufTensor[], file: string): void {
  const type = metadata.text("general.type") ?? "model";
  if (type !== "model") {
    throw new FileError(`The file holds ${JSON.stringify(type)}, not a whole model.`, {
      place: { file, field: "general.type" },
    });
  }
  if (tensors.length === 0) throw new FileError("The file holds no tensors.", { place: { file } });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function countParameters(tensors: readonly GgufTensor[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const tensor of tensors) counts[tensor.type] = (counts[tensor.type] ?? 0) + tensor.elements;
  return counts;
}

/** Metadata with the type that a key must have. */
class Metadata {
  constructor(
    private readonly values: ReadonlyMap<string, GgufValue>,
    private readonly file: string,
  ) {}

  text(key: string): string | undefined {
    const value = this.values.get(key);
    if (value === undefined || typeof value === "string") return value;
    throw this.wrongType(key, "a text");
  }

  integer(key: string): number | undefined {
    const value = this.values.get(key);
    if (value === undefined || (typeof value === "number" && Number.isSafeInteger(value))) return value;
    throw this.wrongType(key, "an integer");
  }

  count(key: string): number | undefined {
    const value = this.integer(key);
    if (value === undefined || isCount(value)) return value;
    throw this.wrongType(key, "an integer that is not negative");
  }

  perLayer(key: string): number | number[] | undefined {
    const value = this.values.get(key);
    if (typeof value !== "object") return this.count(key);
    if (value.values?.every(isCount)) return [...value.values];
    throw this.wrongType(key, "an integer, or one for each layer");
  }

  boolean(key: string): boolean | undefined {
    const value = this.values.get(key);
    if (value === undefined || typeof value === "boolean") return value;
    throw this.wrongType(key, "true or false");
  }

  arrayLength(key: string): number | undefined {
    const value = this.values.get(key);
    if (value === undefined) return undefined;
    if (typeof value === "object") return value.length;
    throw this.wrongType(key, "an array");
  }

  private wrongType(key: string, expected: string): FileError {
    return new FileError(`The metadata value must be ${expected}.`, {
      place: { file: this.file, field: key },
      hint: "The file is damaged or not a usable GGUF file; download it again.",
    });
  }
}

function isCount(value: GgufScalar): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
