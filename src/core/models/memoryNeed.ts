import type { KvCacheType } from "./loadSettings.ts";
import type { ModelHeader } from "./modelHeader.ts";

/** Context that a model gets when nobody asks for another, in tokens: what it was trained with, but at most this. */
const longestDefaultContext = 4096;
/** Tokens that are evaluated in one go. */
export const defaultBatchSize = 512;

export function defaultContextLength({ trainContextLength }: Pick<ModelHeader, "trainContextLength">): number {
  return Math.min(trainContextLength || Infinity, longestDefaultContext);
}

/** Memory that a loaded model takes, in bytes. */
export interface MemoryNeed {
  /** All tensors. */
  readonly weights: number;
  /** Keys and values of every token of the context; undefined where the header does not say how large they are. */
  readonly kvCache: number | undefined;
  /** What the evaluation of one batch needs; undefined where the header does not say. An estimate. */
  readonly working: number | undefined;
  /** Of what is known. */
  readonly total: number;
}

/** Machine memory, in bytes. */
export interface Memory {
  readonly available: number;
  readonly total: number;
}

/**
 * `fits` into the memory that is available now; fits into that of the `machine`, but not now; fits `never`.
 */
export type Fit = "fits" | "machine" | "never";

const bytesPerElement: Readonly<Record<KvCacheType, number>> = { F32: 4, F16: 2 };
/** llama.cpp rounds the number of cells of the cache up to a multiple of this (`GGML_PAD(n_ctx, 256)`). */
const cellMultiple = 256;

/**
 * Memory of a model in llama.cpp, loaded with one sequence and without flash attention.
 *
 * Cache (`llama_kv_cache` in src/llama-kv-cache.cpp): in each layer `cells × heads_kv × (key_length + value_length)`
 * elements, where heads_kv defaults to the query heads and both lengths to `embedding_length / head_count`
 * (`load_hparams` in src/llama-model.cpp). Sliding windows save nothing: the whole cache is kept.
 *
 * Working memory is the largest intermediate result of one batch in F32 (the attention scores with their mask,
 * `(heads + 1) × cells`, or the logits of the vocabulary) and some activations beside it. That comes within 3 % of the
 * sizes that llama.cpp logs for Llama, Mistral and GPT-2 models on a processor.
 */
export function memoryNeed(
  header: Pick<ModelHeader, "tensorBytes" | "attention" | "blockCount" | "embeddingLength" | "tokenizer">,
  { contextLength, kvCacheType }: { readonly contextLength: number; readonly kvCacheType: KvCacheType },
): MemoryNeed {
  const cells = Math.ceil((contextLength + 1) / cellMultiple) * cellMultiple;
  const weights = header.tensorBytes;
  const perCell = cacheElements(header);
  const kvCache = perCell === undefined ? undefined : cells * perCell * bytesPerElement[kvCacheType];
  const working = workingMemory(header, cells);
  return { weights, kvCache, working, total: weights + (kvCache ?? 0) + (working ?? 0) };
}

export function judgeFit({ total }: Pick<MemoryNeed, "total">, memory: Memory): Fit {
  if (total <= memory.available) return "fits";
  return total <= memory.total ? "machine" : "never";
}

/** Elements that one token takes in the caches of all layers. */
function cacheElements({
  attention,
  blockCount,
  embeddingLength,
}: Pick<ModelHeader, "attention" | "blockCount" | "embeddingLength">): number | undefined {
  const heads = ofFirstLayer(attention.headCount);
  const perHead = heads && embeddingLength ? Math.floor(embeddingLength / heads) : undefined;
  const keyLength = attention.keyLength ?? perHead;
  const valueLength = attention.valueLength ?? perHead;
  const headsKv = attention.headCountKv ?? attention.headCount;
  if (headsKv === undefined || blockCount === undefined || keyLength === undefined || valueLength === undefined) {
    return undefined;
  }
  const allHeads =
    typeof headsKv === "number"
      ? headsKv * blockCount
      : headsKv.slice(0, blockCount).reduce((total, count) => total + count, 0);
  return allHeads * (keyLength + valueLength);
}

const activations = 5;

function workingMemory(
  { attention, embeddingLength, tokenizer: { vocabularySize } }: Parameters<typeof memoryNeed>[0],
  cells: number,
): number | undefined {
  const heads = ofFirstLayer(attention.headCount);
  if (heads === undefined || embeddingLength === undefined || vocabularySize === undefined) return undefined;
  const largest = Math.max((heads + 1) * cells, vocabularySize);
  return bytesPerElement.F32 * defaultBatchSize * (largest + activations * embeddingLength);
}

function ofFirstLayer(value: number | readonly number[] | undefined): number | undefined {
  return typeof value === "object" ? value[0] : value;
}
