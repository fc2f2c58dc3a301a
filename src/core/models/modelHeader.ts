import { ggufFileTypes } from "../checkpoint/ggmlTypes.ts";
import type { GgufHeader, GgufValue } from "../checkpoint/gguf.ts";
import { FileError } from "../errors.ts";

/** What a GGUF file says about its model, without loading it. */
export interface ModelHeader {
  readonly architecture: string;
  /** `general.name`, where the file has one. */
  readonly name?: string;
  /** Scheme that the file declares (`general.file_type`), otherwise the type of most of its parameters. */
  readonly quantization: string;
  /** Elements of all tensors. */
  readonly parameterCount: number;
  /** Number of parameters by tensor type. */
  readonly parametersByType: Readonly<Record<string, number>>;
  readonly tensorCount: number;
  /** Context length that the model was trained with, in tokens. */
  readonly trainContextLength?: number;
  readonly embeddingLength?: number;
  readonly blockCount?: number;
  readonly chatTemplate?: string;
  readonly tokenizer: TokenizerHeader;
  readonly fileBytes: number;
}

export interface TokenizerHeader {
  /** `tokenizer.ggml.model`, for example `llama` (SentencePiece), `gpt2` (byte-level BPE). */
  readonly model?: string;
  readonly vocabularySize?: number;
  readonly bosToken?: number;
  readonly eosToken?: number;
  /** Absent where the file leaves it to the rule of its tokenizer. */
  readonly addsBos?: boolean;
}

/**
 * @param file what messages call the file
 * @throws FileError when the file does not hold a whole language model
 */
export function describeHeader(header: GgufHeader, file: string): ModelHeader {
  const metadata = new Metadata(header.metadata, file);
  const architecture = metadata.text("general.architecture");
  if (architecture === undefined) {
    throw new FileError("The file does not say which architecture its model has.", {
      place: { file, field: "general.architecture" },
    });
  }
  refusePartialModels(metadata, header, file);
  const parametersByType = countParameters(header);
  const most = Object.entries(parametersByType).reduce((a, b) => (b[1] > a[1] ? b : a))[0];
  return {
    architecture,
    name: metadata.text("general.name"),
    quantization: ggufFileTypes.get(metadata.integer("general.file_type") ?? -1) ?? most,
    parameterCount: header.tensors.reduce((sum, tensor) => sum + tensor.elements, 0),
    parametersByType,
    tensorCount: header.tensors.length,
    trainContextLength: metadata.integer(`${architecture}.context_length`),
    embeddingLength: metadata.integer(`${architecture}.embedding_length`),
    blockCount: metadata.integer(`${architecture}.block_count`),
    chatTemplate: metadata.text("tokenizer.chat_template"),
    tokenizer: {
      model: metadata.text("tokenizer.ggml.model"),
      vocabularySize: metadata.arrayLength("tokenizer.ggml.tokens"),
      bosToken: metadata.integer("tokenizer.ggml.bos_token_id"),
      eosToken: metadata.integer("tokenizer.ggml.eos_token_id"),
      addsBos: metadata.boolean("tokenizer.ggml.add_bos_token"),
    },
    fileBytes: header.fileBytes,
  };
}

function refusePartialModels(metadata: Metadata, header: GgufHeader, file: string): void {
  const splits = metadata.integer("split.count") ?? 1;
  if (splits > 1) {
    throw new FileError(`This is one of ${splits} parts of a model.`, {
      place: { file, field: "split.count" },
      hint: "Join the parts first: llama-gguf-split --merge FIRST_PART OUTPUT.gguf",
    });
  }
  const type = metadata.text("general.type") ?? "model";
  if (type !== "model") {
    throw new FileError(`The file holds ${JSON.stringify(type)}, not a whole model.`, {
      place: { file, field: "general.type" },
    });
  }
  if (header.tensors.length === 0) throw new FileError("The file holds no tensors.", { place: { file } });
}

function countParameters(header: GgufHeader): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const tensor of header.tensors) counts[tensor.type] = (counts[tensor.type] ?? 0) + tensor.elements;
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
    if (value === undefined || (typeof value === "number" && Number.isInteger(value))) return value;
    throw this.wrongType(key, "an integer");
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
