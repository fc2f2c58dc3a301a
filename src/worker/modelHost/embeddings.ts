import type { LlamaModel } from "node-llama-cpp";
import { CancelledError, ModelError } from "../../core/errors.ts";

/** Embedding of each text, in a context of its own that lives for this request. */
export async function embedTexts(
  model: LlamaModel,
  texts: readonly string[],
  { contextLength, threads }: { readonly contextLength: number; readonly threads: number },
  signal: AbortSignal,
): Promise<number[][]> {
  // Only embedding models say how the vectors of tokens become one.
  if ((model.fileInfo.architectureMetadata.pooling_type ?? 0) <= 0) {
    throw new ModelError("The model is not an embedding model.", { hint: "Load a model that was trained to embed." });
  }
  const context = await model.createEmbeddingContext({ contextSize: contextLength + 1, threads });
  try {
    const vectors: number[][] = [];
    for (const text of texts) {
      if (signal.aborted) throw new CancelledError("The request was cancelled.");
      const length = context.calculateInputLength(text);
      if (length > contextLength) {
        throw new ModelError(`A text has ${length} tokens, and the model was loaded with ${contextLength}.`, {
          hint: "Load the model with a longer context, or split the text.",
        });
      }
      vectors.push([...(await context.getEmbeddingFor(text)).vector]);
    }
    return vectors;
  } finally {
    await context.dispose();
  }
}
