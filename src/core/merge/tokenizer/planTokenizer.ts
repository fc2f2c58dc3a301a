import { ConfigurationError } from "../../errors.ts";
import type { Merge, TokenizerRequest } from "../config/merge.ts";
import { formatModelReference, type ModelReference } from "../../checkpoint/modelReference.ts";
import type { ByModel } from "../../checkpoint/byModel.ts";
import type { MergeFacts } from "../../checkpoint/modelFacts.ts";
import { mapEmbeddingRows, type RowMap } from "./embeddingRows.ts";
import { mergeVocabularies, type TokenizerInput } from "./mergeTokenizers.ts";

/** The vocabulary of the result, and how each model's embeddings come into its order. */
export interface TokenizerPlan {
  /** Rows of the embeddings and `vocab_size` of the result. */
  readonly rows: number;
  readonly tokenizerJson: string;
  /** The model whose other tokenizer files are copied. */
  readonly donor: ModelReference;
  /** By index of the plan's models. */
  readonly rowMaps: readonly RowMap[];
  readonly warnings: readonly string[];
}

/** @throws ConfigurationError when a model has no tokenizer.json or a token's source cannot be found */
export function planTokenizer(merge: Merge, request: TokenizerRequest, facts: ByModel<MergeFacts>): TokenizerPlan {
  const inputs = merge.models.map((reference): TokenizerInput => {
    const key = formatModelReference(reference);
    const { tokenizer, config, tensors } = facts.of(key);
    if (tokenizer === undefined) {
      throw new ConfigurationError(`${key} has no usable tokenizer.json, so vocabularies cannot be merged.`, {
        hint: "Add the model's tokenizer.json (transformers writes it for fast tokenizers), or remove the tokenizer settings.",
        place: { field: "tokenizer" },
      });
    }
    const rows = [...tensors].find(([name]) => embeddingNames.test(name))?.[1].shape[0];
    const vocabSize = Math.min(config.integer("vocab_size") ?? Infinity, rows ?? Infinity);
    return { reference, tokenizer, vocabSize };
  });
  const vocabulary = mergeVocabularies(request, inputs);
  const baseIndex = merge.base === undefined ? -1 : 0;
  const { maps, warnings } = mapEmbeddingRows(request, vocabulary, inputs, baseIndex);
  return {
    rows: vocabulary.rows,
    tokenizerJson: vocabulary.tokenizerJson,
    donor: vocabulary.donor,
    rowMaps: maps,
    warnings: [...vocabulary.warnings, ...warnings],
  };
}

const embeddingNames = /(?:^|\.)(?:embed_tokens|wte)\.weight$/;
