import type { ModelDescription, Tokenizer } from "../models/languageModel.ts";
import { commonPrefixLength } from "../models/tokenGroups.ts";
import { ItemError } from "./itemError.ts";
import { tokenizeJointly } from "./jointTokens.ts";
import { leadingBos } from "./leadingTokens.ts";
import type { Prompt } from "./protocol.ts";
import { largest } from "../lists.ts";

/** A prompt as tokens, however long it is. */
export interface TokenizedPrompt {
  /** BOS included. */
  readonly context: readonly number[];
  /** Tokens of each option; empty where the scoring does not score continuations. */
  readonly continuations: readonly (readonly number[])[];
  /** Tokens that are generated after the context, at most. */
  readonly generated: number;
  /** Tokens of the context that the prompts of other items begin with too. */
  readonly sharedTokens: number;
}

/** Options whose context is the same after truncation, and are scored together. */
export interface EncodedGroup {
  readonly prefix: readonly number[];
  /** Tokens of the prefix that come from what other prompts begin with too. */
  readonly sharedTokens: number;
  /** Positions of the options, parallel to `continuations`. */
  readonly options: readonly number[];
  readonly continuations: readonly (readonly number[])[];
}

/** A prompt as the model gets it. */
export interface EncodedPrompt {
  /** Length of the context before truncation, BOS included. */
  readonly promptTokens: number;
  /** Tokens cut off at the left; of the option that lost most. */
  readonly truncatedTokens: number;
  /** Tokens per option. */
  readonly tokenCounts: readonly number[];
  /** One group, but for options of different length where the context had to be truncated. */
  readonly groups: readonly EncodedGroup[];
}

/**
 * Tokenises a prompt. Context and option are one text for the tokenizer, and an option's tokens are those after the
 * context's, as in lm-eval's `_encode_pair`: spaces at the end of the context go to the option. BOS is added where the
 * protocol and the tokenizer want it, unless the text already begins with it.
 * @param head tokens of the text with which other prompts begin too
 * @throws ItemError when a token spans the join, or nothing precedes the options; ModelError when BOS is wanted and there
 *   is none
 */
export async function tokenizePrompt(
  prompt: Prompt,
  model: Tokenizer,
  head: readonly number[] = [],
): Promise<TokenizedPrompt> {
  const { request, parseSpecial } = prompt;
  if (request.scoring !== "continuations") {
    const [tokens] = await model.tokenize([request.context], parseSpecial);
    const generated = request.scoring === "generation" ? request.maxTokens : 0;
    return { ...withBos(tokens!, head, prompt, model.description), continuations: [], generated };
  }
  const context = request.context.replace(/ +$/, "");
  const movedSpaces = request.context.slice(context.length);
  const endings = request.continuations.map((option) => movedSpaces + request.delimiter + option);
  const joint = await tokenizeJointly(context, endings, parseSpecial, model);
  return {
    ...withBos(joint.context, head, prompt, model.description),
    continuations: joint.wholes.map((tokens, index) =>
      tokensAfter(joint.context, tokens, request.continuations[index]!),
    ),
    generated: 0,
  };
}

function withBos(
  tokens: number[],
  head: readonly number[],
  prompt: Prompt,
  description: ModelDescription,
): Pick<TokenizedPrompt, "context" | "sharedTokens"> {
  const bos = leadingBos(prompt, description);
  const added = bos === undefined || tokens[0] === bos ? [] : [bos];
  const context = [...added, ...tokens];
  if (context.length > 0) return { context, sharedTokens: added.length + commonPrefixLength(head, tokens) };
  throw new ItemError("prompt.empty", "The prompt has no tokens.", {
    hint: "Use a template with some text before the answer, or let the tokenizer add BOS.",
  });
}

function tokensAfter(context: readonly number[], whole: readonly number[], option: string): readonly number[] {
  const joinIsClean = whole.length > context.length && context.every((token, index) => token === whole[index]);
  if (joinIsClean) return whole.slice(context.length);
  throw new ItemError(
    "prompt.tokenSpansJoin",
    `This model's tokenizer joins the end of the prompt and the option ${JSON.stringify(option)} in one token, so ` +
      "that the option alone has no probability.",
    { hint: "Put a delimiter (a space or a line end) between prompt and option, or use another protocol." },
  );
}

/** Tokens that the prompt has beyond the window, for the option for which it has most; 0 when everything fits. */
export function excessTokens(prompt: TokenizedPrompt, window: number): number {
  return Math.max(0, largest(tails(prompt).map((tail) => prompt.context.length + tail - window)));
}

/** Tokens that the model must take in after the context, per option. The last token of an option is only predicted. */
function tails(prompt: TokenizedPrompt): number[] {
  if (prompt.continuations.length === 0) return [prompt.generated];
  return prompt.continuations.map((tokens) => tokens.length - 1);
}

/**
 * Cuts a prompt at the left so that the model never takes in more than `window` tokens: lm-eval's
 * `(context + continuation)[-(max_length + 1):][:-1]`, for each option on its own.
 * @throws ItemError when an option alone fills the window
 */
export function encodePrompt(prompt: TokenizedPrompt, window: number): EncodedPrompt {
  const groups = new Map<number, EncodedGroup & { options: number[]; continuations: (readonly number[])[] }>();
  for (const [option, tail] of tails(prompt).entries()) {
    if (tail >= window) throw tooLong(prompt, window);
    const cut = Math.max(0, prompt.context.length + tail - window);
    const group = groups.get(cut) ?? {
      prefix: prompt.context.slice(cut),
      sharedTokens: Math.max(0, prompt.sharedTokens - cut),
      options: [],
      continuations: [],
    };
    groups.set(cut, group);
    const continuation = prompt.continuations[option];
    if (!continuation) continue;
    group.options.push(option);
    group.continuations.push(continuation);
  }
  return {
    promptTokens: prompt.context.length,
    truncatedTokens: excessTokens(prompt, window),
    tokenCounts: prompt.continuations.map((tokens) => tokens.length),
    groups: [...groups.values()],
  };
}

/** The prompt does not fit, or leaves no room for anything before the answer. */
export function tooLong(prompt: TokenizedPrompt, window: number): ItemError {
  const answer = Math.max(prompt.generated, largest(prompt.continuations.map((tokens) => tokens.length)));
  const room = answer > 0 ? ` and the answer up to ${answer}` : "";
  return new ItemError(
    "prompt.tooLong",
    `The prompt has ${prompt.context.length} tokens${room}, but the context window has ${window}.`,
    { hint: "Ask for fewer shots, load the model with a longer context, or choose another overflow policy." },
  );
}
