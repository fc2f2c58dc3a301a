import { z } from "zod";
import { noticeSchema, type Notice } from "../evaluation/summary/notice.ts";
import type { ModelHeader } from "./modelHeader.ts";

type TokenizerHeader = ModelHeader["tokenizer"];

/**
 * Tokens that llama.cpp takes where a file names none (`llama_vocab::impl::load` in src/llama-vocab.cpp), by
 * `tokenizer.ggml.model`. For byte-level BPE it takes token 11, which is that of Falcon; such a model has none here.
 */
const usualTokens: Readonly<Record<string, { readonly bos?: number; readonly eos?: number }>> = {
  llama: { bos: 1, eos: 2 },
  bert: { bos: 101 },
  t5: { eos: 1 },
};

/** BOS and EOS of a file's tokenizer, and whether BOS goes in front of every prompt. */
export interface SpecialTokens {
  readonly bos: number | undefined;
  readonly eos: number | undefined;
  /** Undefined where it depends on more than the file says. */
  readonly addsBos: boolean | undefined;
}

export function specialTokens(tokenizer: TokenizerHeader): SpecialTokens {
  const { bosToken, eosToken, addsBos } = tokenizer;
  const usual = usualTokens[tokenizer.model ?? ""];
  return {
    bos: bosToken === undefined ? usual?.bos : inVocabulary(bosToken, tokenizer) ? bosToken : undefined,
    eos: eosToken === undefined ? usual?.eos : inVocabulary(eosToken, tokenizer) ? eosToken : undefined,
    addsBos: addsBos ?? (usual?.bos === undefined ? undefined : true),
  };
}

function inVocabulary(token: number, { vocabularySize = Infinity }: TokenizerHeader): boolean {
  return token >= 0 && token < vocabularySize;
}

/**
 * What a reader of a model's numbers must know of the model: where its tokenizer may not be the one that it was trained
 * with.
 * @param loadWarnings what llama.cpp warned of when it loaded the model, one line each
 */
export function modelNotices({ tokenizer }: Pick<ModelHeader, "tokenizer">, loadWarnings: readonly string[]): Notice[] {
  return [...preTokenizerNotices(tokenizer), ...bosNotices(tokenizer), ...loadNotices(loadWarnings)];
}

function preTokenizerNotices({ model, preTokenizer }: TokenizerHeader): Notice[] {
  if (model !== "gpt2" || preTokenizer !== undefined) return [];
  const message =
    "The file does not say how its tokenizer splits text (tokenizer.ggml.pre), so llama.cpp splits it in a default way: " +
    "numbers may differ from those of the original model.";
  return [{ kind: "defaultPreTokenizer", count: 1, message }];
}

function bosNotices(tokenizer: TokenizerHeader): Notice[] {
  const { bosToken, vocabularySize } = tokenizer;
  const { bos } = specialTokens(tokenizer);
  const notice = (kind: string, message: string): Notice[] => [{ kind, count: 1, message }];
  if (bosToken === undefined) {
    const named = "The file names no BOS (tokenizer.ggml.bos_token_id)";
    if (bos === undefined) return notice("noBos", `${named}: nothing precedes a prompt.`);
    return notice("assumedBos", `${named}: token ${bos} is taken for it, as is usual with such tokenizers.`);
  }
  if (bos !== undefined) return [];
  const message = `The file names token ${bosToken} as BOS, but has ${vocabularySize} tokens: nothing precedes a prompt.`;
  return notice("bosOutOfRange", message);
}

/** A vocabulary can give rise to thousands. */
const shownWarnings = 5;

function loadNotices(warnings: readonly string[]): Notice[] {
  if (warnings.length === 0) return [];
  const more = warnings.length > shownWarnings ? `; ${warnings.length - shownWarnings} more` : "";
  const message = `llama.cpp warned while it loaded the model: ${warnings.slice(0, shownWarnings).join("; ")}${more}.`;
  return [{ kind: "loadWarnings", count: warnings.length, message }];
}

/** The notices of the model that a run's manifest records; undefined in runs of an older Medley. */
export function recordedModelNotices(details: Readonly<Record<string, unknown>> | undefined): Notice[] | undefined {
  return z.object({ notices: z.array(noticeSchema) }).safeParse(details?.["model"]).data?.notices;
}
