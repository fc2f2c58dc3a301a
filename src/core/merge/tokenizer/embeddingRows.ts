import { ConfigurationError } from "../../errors.ts";
import type { TokenizerRequest, TokenRuleSource } from "../config/merge.ts";
import { formatModelReference } from "../../checkpoint/modelReference.ts";
import type { MergedVocabulary, TokenizerInput } from "./mergeTokenizers.ts";
import { largestId } from "../../tokenizer/tokenizer.ts";

/** A row of a model's embedding: index of the model, number of the row. */
export interface RowReference {
  readonly model: number;
  readonly row: number;
}

/** A row that a model does not have itself: the mean of rows of others (one row: a copy; none: zeros). */
export type BorrowedRow = readonly RowReference[];

/** How the rows of one model's embeddings are brought into the order of the result. */
export interface RowMap {
  /** By row of the result: row of this model, −1 where it is borrowed, −2 for padding (mean of all token rows). */
  readonly own: Int32Array;
  readonly borrowed: ReadonlyMap<number, BorrowedRow>;
}

export const borrowedRow = -1;
export const paddingRow = -2;

/**
 * Row maps of all models. A model keeps its own row of a token unless a rule forces another. For a token that it
 * lacks it borrows, by rule, or else the row of the only owner, or else the base model's, or else the owners' mean.
 * @param inputs in the order of the plan's models
 * @param baseIndex index of the base model among them, or −1
 */
export function mapEmbeddingRows(
  request: TokenizerRequest,
  vocabulary: MergedVocabulary,
  inputs: readonly TokenizerInput[],
  baseIndex: number,
): { readonly maps: readonly RowMap[]; readonly warnings: readonly string[] } {
  const warnings: string[] = [];
  const maps = inputs.map(() => ({
    own: new Int32Array(vocabulary.rows).fill(paddingRow),
    borrowed: new Map<number, BorrowedRow>(),
  }));
  for (const [token, id] of vocabulary.ids) {
    const owners = inputs.flatMap(({ tokenizer, vocabSize }, model) => {
      const row = tokenizer.vocabulary.get(token);
      return row !== undefined && row < vocabSize ? [{ model, row }] : [];
    });
    const rule = request.tokens.get(token);
    const borrowed =
      rule?.source === undefined ? defaultRows(owners, baseIndex) : ruleRows(token, rule.source, owners, inputs);
    if (borrowed.length === 0 && rule?.source?.kind !== "zero") {
      warnings.push(`No model has the token ${JSON.stringify(token)}: its embedding is zero.`);
    }
    for (const [model, map] of maps.entries()) {
      const own = owners.find((owner) => owner.model === model);
      if (own !== undefined && rule?.force !== true) {
        map.own[id] = own.row;
      } else {
        map.own[id] = borrowedRow;
        map.borrowed.set(id, borrowed);
      }
    }
  }
  markGaps(vocabulary, maps);
  return { maps, warnings };
}

function defaultRows(owners: readonly RowReference[], baseIndex: number): BorrowedRow {
  if (owners.length <= 1) return owners;
  const base = owners.find(({ model }) => model === baseIndex);
  return base === undefined ? owners : [base];
}

function ruleRows(
  token: string,
  source: TokenRuleSource,
  owners: readonly RowReference[],
  inputs: readonly TokenizerInput[],
): BorrowedRow {
  if (source.kind === "zero") return [];
  const key = formatModelReference(source.model!);
  const place = { place: { field: `tokenizer.tokens.${token}.source` } };
  const model = inputs.findIndex(({ reference }) => formatModelReference(reference) === key);
  if (model < 0) throw new ConfigurationError(`${key} is not part of this merge.`, place);
  const { tokenizer, vocabSize } = inputs[model]!;
  if (source.kind === "model") {
    const owner = owners.find((candidate) => candidate.model === model);
    if (owner === undefined) throw new ConfigurationError(`${key} has no token ${JSON.stringify(token)}.`, place);
    return [owner];
  }
  const row = source.tokenId ?? tokenizer.vocabulary.get(source.token ?? "");
  if (row === undefined) throw new ConfigurationError(`${key} has no token ${JSON.stringify(source.token)}.`, place);
  if (row < 0 || row >= vocabSize)
    throw new ConfigurationError(`${key} has ${vocabSize} embedding rows, not ${row}.`, place);
  return [{ model, row }];
}

/** Ids that the donor's tokenizer leaves out get zeros, rows behind the last id are padding. */
function markGaps(
  vocabulary: MergedVocabulary,
  maps: readonly { own: Int32Array; borrowed: Map<number, BorrowedRow> }[],
): void {
  const last = largestId(vocabulary.ids);
  const taken = new Set(vocabulary.ids.values());
  for (let id = 0; id <= last; id++) {
    if (taken.has(id)) continue;
    for (const map of maps) {
      map.own[id] = borrowedRow;
      map.borrowed.set(id, []);
    }
  }
}
