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

/** What `tokenizer.ggml.pre` of byte-level BPE says where llama.cpp puts BOS in front unless the file says otherwise. */
const splittersWithBos: ReadonlySet<string> = new Set([
  "llama3",
  "llama-v3",
  "llama-bpe",
  "falcon3",
  "falcon-h1",
  "pixtral",
  "midm-2.0",
  "lfm2",
  "jina-v5-nano",
  "tekken",
  "chameleon",
]);

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
    addsBos: addsBos ?? (usual?.bos !== undefined || isSplitWithBos(tokenizer) ? true : undefined),
  };
}

function isSplitWithBos({ model, preTokenizer = "" }: TokenizerHeader): boolean {
  return model === "gpt2" && splittersWithBos.has(preTokenizer);
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
  if (model !== "gpt2" || (preTokenizer !== undefined && preTokenizer !== "default")) return [];
  const key = preTokenizer === undefined ? "tokenizer.ggml.pre" : "tokenizer.ggml.pre: default";
  const message =
    `The file does not say how its tokenizer splits text (${key}), so llama.cpp splits it in a default way: numbers may ` +
    "differ from those of the original model.";
  return [{ kind: "defaultPreTokenizer", count: 1, message }];
}

function bosNotices(tokenizer: TokenizerHeader): Notice[] {
  const { bosToken, vocabularySize } = tokenizer;
  const { bos, addsBos } = specialTokens(tokenizer);
  const notice = (kind: string, message: string): Notice[] => [{ kind, count: 1, message }];
  const isNamed = bosToken !== undefined;
  const named = "The file names no BOS (tokenizer.ggml.bos_token_id)";
  if (bos !== undefined) {
    if (isNamed) return [];
    return notice("assumedBos", `${named}: token ${bos} is taken for it, as is usual with such tokenizers.`);
  }
  const lack = isNamed ? `The file names token ${bosToken} as BOS, but has ${vocabularySize} tokens` : named;
  const effect = addsBos
    ? "every prompt should begin with it, so only protocols without BOS can be evaluated (bos=none)"
    : "nothing precedes a prompt";
  return notice(isNamed ? "bosOutOfRange" : "noBos", `${lack}: ${effect}.`);
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
