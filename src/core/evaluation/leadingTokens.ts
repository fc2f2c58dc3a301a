import { ModelError } from "../errors.ts";
import type { Prompt } from "./protocol.ts";

/** What is known of the tokens that a tokenizer puts in front: of a loaded model, or of its file. */
export interface LeadingTokens {
  readonly bos?: { readonly token: number };
  readonly eos?: { readonly token: number };
  /** Undefined where only the loaded model tells. */
  readonly addsBos: boolean | undefined;
}

/**
 * The token in front of a prompt: BOS where protocol and tokenizer want it.
 * @throws ModelError when they do and the model has none: every number would be another than the protocol's
 */
export function leadingBos({ bos: rule }: Pick<Prompt, "bos">, { bos, addsBos }: LeadingTokens): number | undefined {
  if (rule !== "tokenizer" || addsBos !== true) return undefined;
  if (bos !== undefined) return bos.token;
  throw new ModelError(
    "Every prompt should begin with BOS, but the model has none: its file names no token, or none that can be BOS.",
    {
      place: { field: "tokenizer.ggml.bos_token_id" },
      hint:
        "Get a file that names it, or write it into this one: gguf-new-metadata --special-token-by-id bos ID IN OUT. " +
        "Protocols with a parameter `bos` can also do without: bos=none.",
    },
  );
}

/**
 * What precedes a text that is scored on its own: BOS, or EOS where there is no BOS, as in lm-eval (`prefix_token_id` in
 * lm_eval/models/huggingface.py).
 * @throws ModelError when the model has neither
 */
export function prefixToken({ bos, eos }: LeadingTokens): number {
  const first = bos ?? eos;
  if (first !== undefined) return first.token;
  throw new ModelError("Options are also scored on their own, after BOS or EOS, and the model has neither.", {
    hint: "Turn off what scores them so: the parameter mutualInformation of lm-eval. Or get a file that names BOS.",
  });
}

/**
 * Refuses, before a model is loaded, what cannot be computed with it.
 * @param prompts one of each benchmark; an empty one, where there is one
 * @throws ModelError as {@link leadingBos} and {@link prefixToken}, and when nothing would precede the options
 */
export function requireLeadingTokens(prompts: readonly Prompt[], tokens: LeadingTokens, file: string): void {
  try {
    for (const prompt of prompts) requireFor(prompt, tokens);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    throw new ModelError(error.message, { place: { ...error.place, file }, hint: error.hint, cause: error });
  }
}

function requireFor(prompt: Prompt, tokens: LeadingTokens): void {
  const { request } = prompt;
  const bos = leadingBos(prompt, tokens);
  if (request.scoring === "continuations" && request.unconditional) prefixToken(tokens);
  const isUnknown = prompt.bos === "tokenizer" && tokens.addsBos === undefined && tokens.bos !== undefined;
  // Spaces at the end go to the options.
  const context = request.scoring === "continuations" ? request.context.replace(/ +$/, "") : request.context;
  if (context !== "" || bos !== undefined || isUnknown) return;
  throw new ModelError("A prompt is empty, and no BOS goes in front of it: the answer would follow nothing.", {
    hint: "Use a template with some text before the answer, or a model whose tokenizer adds BOS.",
  });
}
