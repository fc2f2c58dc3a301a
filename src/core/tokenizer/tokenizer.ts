import { z } from "zod";
import { DataError } from "../errors.ts";
import { parseJsonFile } from "../checkpoint/jsonFile.ts";

export const addedTokenSchema = z.object({ id: z.number().int().nonnegative(), content: z.string() }).loose();
export type AddedToken = z.infer<typeof addedTokenSchema>;

const idsSchema = z.record(z.string(), z.number().int().nonnegative());
const documentSchema = z
  .object({
    added_tokens: z.array(addedTokenSchema).default([]),
    model: z
      .object({
        type: z.string().nullish(),
        vocab: z.union([idsSchema, z.array(z.tuple([z.string(), z.number()]))]),
        merges: z.array(z.unknown()).optional(),
      })
      .loose(),
  })
  .loose();

/** A `tokenizer.json` (Hugging Face tokenizers), as far as its vocabulary goes. */
export interface Tokenizer {
  /** The file as it is. */
  readonly text: string;
  readonly document: z.infer<typeof documentSchema>;
  /** `BPE`, `Unigram`, `WordPiece` or `WordLevel`. */
  readonly type: string;
  /** Ids of all tokens, added ones included. */
  readonly vocabulary: ReadonlyMap<string, number>;
  /** Ids of the tokens of the model itself. */
  readonly plain: ReadonlyMap<string, number>;
  readonly added: readonly AddedToken[];
}

/**
 * Reads the text of a `tokenizer.json`.
 * @param file how messages name it
 * @throws DataError when it is not one, or two tokens share an id
 */
export function parseTokenizer(text: string, file: string): Tokenizer {
  const document = parseJsonFile(documentSchema, text, file);
  const { vocab } = document.model;
  const plain = new Map(Array.isArray(vocab) ? vocab.map(([piece], id) => [piece, id]) : Object.entries(vocab));
  const vocabulary = new Map(plain);
  for (const { content, id } of document.added_tokens) vocabulary.set(content, id);
  checkIds(vocabulary, file);
  return { text, document, type: typeOf(document), vocabulary, plain, added: document.added_tokens };
}

/** The largest id of a vocabulary, -1 of an empty one. Vocabularies have more tokens than a call may have arguments. */
export function largestId(vocabulary: ReadonlyMap<string, number>): number {
  let largest = -1;
  for (const id of vocabulary.values()) if (id > largest) largest = id;
  return largest;
}

function typeOf({ model }: z.infer<typeof documentSchema>): string {
  return model.type ?? (Array.isArray(model.vocab) ? "Unigram" : model.merges === undefined ? "WordLevel" : "BPE");
}

function checkIds(vocabulary: ReadonlyMap<string, number>, file: string): void {
  const owners = new Map<number, string>();
  for (const [token, id] of vocabulary) {
    const other = owners.get(id);
    if (other !== undefined) {
      throw new DataError(`The tokens ${JSON.stringify(other)} and ${JSON.stringify(token)} share the id ${id}.`, {
        place: { file, field: "model.vocab" },
      });
    }
    owners.set(id, token);
  }
}
