import { ConfigurationError } from "../../errors.ts";
import { editJson, type JsonChange } from "../../checkpoint/jsonText.ts";
import { compareUtf8 } from "../../checkpoint/safetensorsWriter.ts";
import type { TokenizerRequest } from "../config/merge.ts";
import { formatModelReference, type ModelReference } from "../../checkpoint/modelReference.ts";
import { largestId, type AddedToken, type Tokenizer } from "../../tokenizer/tokenizer.ts";

/** A model of the merge with what its vocabulary needs. */
export interface TokenizerInput {
  readonly reference: ModelReference;
  readonly tokenizer: Tokenizer;
  /** `vocab_size` of config.json: tokens from there on have no embedding and are dropped. */
  readonly vocabSize: number;
}

export interface MergedVocabulary {
  /** Id of every token of the result; ids run from 0 without gaps except where the donor has gaps. */
  readonly ids: ReadonlyMap<string, number>;
  /** Rows of the embeddings: one more than the largest id, rounded up as asked. */
  readonly rows: number;
  /** Text of the result's tokenizer.json. */
  readonly tokenizerJson: string;
  /** The model whose other tokenizer files are copied. */
  readonly donor: ModelReference;
  readonly warnings: readonly string[];
}

/**
 * Vocabulary of the result. `union` is that of the base model (or the first), then the other models' plain tokens by
 * ascending id, then their added tokens, models in document order. Tokens of the request that nobody has come last.
 * @param inputs in document order, the base model first
 */
export function mergeVocabularies(request: TokenizerRequest, inputs: readonly TokenizerInput[]): MergedVocabulary {
  const donor = findDonor(request, inputs);
  const warnings: string[] = [];
  const kept = keptTokens(donor, warnings);
  const ids = new Map(kept.ids);
  const added: AddedToken[] = [...kept.added];
  const plain: string[] = [];
  let next = largestId(ids) + 1;
  const append = (token: string): number => {
    const id = next++;
    ids.set(token, id);
    return id;
  };
  if (request.source === "union") {
    const others = inputs.filter((input) => input !== donor);
    for (const other of others) {
      for (const token of missingPlainTokens(other, ids)) {
        plain.push(token);
        append(token);
      }
    }
    for (const other of others) {
      for (const token of addedTokensOf(other)) {
        if (!ids.has(token.content)) added.push({ ...token, id: append(token.content) });
      }
    }
  }
  for (const token of request.tokens.keys()) {
    if (!ids.has(token)) added.push(newToken(token, append(token)));
  }
  if (plain.length > 0 && donor.tokenizer.type === "BPE") {
    warnings.push(
      `${plain.length} tokens of other models are added without merge rules: the tokenizer of ` +
        `${formatModelReference(donor.reference)} keeps splitting text as before.`,
    );
  }
  const multiple = request.padToMultipleOf ?? 1;
  return {
    ids,
    rows: Math.ceil(next / multiple) * multiple,
    tokenizerJson: formatTokenizer(donor.tokenizer, ids, plain, added, inputs),
    donor: donor.reference,
    warnings,
  };
}

function findDonor(request: TokenizerRequest, inputs: readonly TokenizerInput[]): TokenizerInput {
  if (request.source === "union" || request.source === "base") return inputs[0]!;
  const key = formatModelReference(request.source);
  const found = inputs.find(({ reference }) => formatModelReference(reference) === key);
  if (found === undefined) {
    throw new ConfigurationError(`The tokenizer source ${key} has no usable tokenizer.json.`, {
      place: { field: "tokenizer" },
    });
  }
  return found;
}

/** The donor's tokens that have an embedding. */
function keptTokens(
  { reference, tokenizer, vocabSize }: TokenizerInput,
  warnings: string[],
): { ids: Map<string, number>; added: AddedToken[] } {
  const ids = new Map([...tokenizer.vocabulary].filter(([, id]) => id < vocabSize));
  const dropped = tokenizer.vocabulary.size - ids.size;
  if (dropped > 0) {
    const name = formatModelReference(reference);
    if (tokenizer.type !== "BPE") {
      throw new ConfigurationError(
        `${name}: ${dropped} tokens have ids from ${vocabSize} on, beyond vocab_size; they can only be dropped from a BPE tokenizer.`,
        { place: { field: "tokenizer" } },
      );
    }
    warnings.push(`${dropped} tokens of ${name} have ids beyond its vocab_size ${vocabSize} and are dropped.`);
  }
  return { ids, added: tokenizer.added.filter(({ content }) => ids.has(content)) };
}

function missingPlainTokens({ tokenizer, vocabSize }: TokenizerInput, ids: ReadonlyMap<string, number>): string[] {
  const addedNames = new Set(tokenizer.added.map(({ content }) => content));
  return [...tokenizer.plain]
    .filter(([token, id]) => id < vocabSize && !ids.has(token) && !addedNames.has(token))
    .sort(([a, x], [b, y]) => x - y || compareUtf8(a, b))
    .map(([token]) => token);
}

function addedTokensOf({ tokenizer, vocabSize }: TokenizerInput): AddedToken[] {
  return tokenizer.added.filter(({ id }) => id < vocabSize).toSorted((a, b) => a.id - b.id);
}

function newToken(content: string, id: number): AddedToken {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: false };
}

function formatTokenizer(
  donor: Tokenizer,
  ids: ReadonlyMap<string, number>,
  plain: readonly string[],
  added: readonly AddedToken[],
  inputs: readonly TokenizerInput[],
): string {
  const { vocab, merges } = donor.document.model;
  const changes: JsonChange[] = [{ path: ["added_tokens"], value: added.toSorted((a, b) => a.id - b.id) }];
  if (Array.isArray(vocab)) {
    const missing = plain.map((token): [string, number] => [token, scoreOf(token, inputs)]);
    changes.push({ path: ["model", "vocab"], value: [...vocab, ...missing] });
  } else {
    const kept = Object.entries(vocab).filter(([token]) => ids.has(token));
    const missing = plain.map((token): [string, number] => [token, ids.get(token)!]);
    changes.push({ path: ["model", "vocab"], value: Object.fromEntries([...kept, ...missing]) });
    if (merges !== undefined) {
      changes.push({ path: ["model", "merges"], value: merges.filter((merge) => isPossible(merge, ids)) });
    }
  }
  return editJson(donor.text, changes);
}

/** Log probability of a SentencePiece token in the first model that has it. */
function scoreOf(token: string, inputs: readonly TokenizerInput[]): number {
  for (const { tokenizer } of inputs) {
    const { vocab } = tokenizer.document.model;
    const entry = Array.isArray(vocab) ? vocab.find(([piece]) => piece === token) : undefined;
    if (entry !== undefined) return entry[1];
  }
  return 0;
}

/** A merge rule whose parts or result were dropped from the vocabulary would make the file unreadable. */
function isPossible(merge: unknown, ids: ReadonlyMap<string, number>): boolean {
  const parts = typeof merge === "string" ? merge.split(" ") : merge;
  if (!Array.isArray(parts) || parts.length !== 2) return true;
  const [left, right] = parts as [string, string];
  return ids.has(left) && ids.has(right) && ids.has(left + right);
}
