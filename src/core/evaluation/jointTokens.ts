import type { Tokenizer } from "../models/languageModel.ts";

/** Tokens of a context, and of the context with each of several endings as one text. */
export interface JointTokens {
  readonly context: number[];
  readonly wholes: readonly (readonly number[])[];
}

/**
 * Tokenises `context` and every `context + ending`. The result is that of tokenising each of these texts as a whole, but
 * where the tokenizer keeps words apart only the context is, once: a space before a letter near its end splits the
 * wholes, the tokens before it are the context's, and those after it are found from the short rest alone.
 */
export async function tokenizeJointly(
  context: string,
  endings: readonly string[],
  parseSpecial: boolean,
  model: Tokenizer,
): Promise<JointTokens> {
  const cut = model.description.keepsWordsApart ? lastCut(context) : undefined;
  if (cut === undefined) return tokenizeWholes(context, endings, parseSpecial, model);
  const rest = context.slice(cut);
  // What stands before the space does not matter, but that something does: tokenizers may treat the start of a text
  // differently.
  const texts = [context, anchor, ...["", ...endings].map((ending) => anchor + rest + ending)];
  const [contextTokens, anchorTokens, ...anchored] = await model.tokenize(texts, parseSpecial);
  const [restTokens, ...wholeRests] = anchored.map((tokens) => after(anchorTokens!, tokens));
  const before = restTokens && prefixOf(contextTokens!, restTokens);
  if (!before || !wholeRests.every((tokens) => tokens !== undefined)) {
    return tokenizeWholes(context, endings, parseSpecial, model);
  }
  return { context: contextTokens!, wholes: wholeRests.map((tokens) => [...before, ...tokens]) };
}

const anchor = "a";

async function tokenizeWholes(
  context: string,
  endings: readonly string[],
  parseSpecial: boolean,
  model: Tokenizer,
): Promise<JointTokens> {
  const texts = [context, ...endings.map((ending) => context + ending)];
  const [contextTokens, ...wholes] = await model.tokenize(texts, parseSpecial);
  return { context: contextTokens!, wholes };
}

/**
 * Spaces before a letter and after a letter, digit or common punctuation mark. Not after what may end a special token,
 * since some of these swallow the space.
 */
const cuts = /(?<=[\p{L}\p{N}.,:;?!)'"%-]) (?=\p{L})/gu;

function lastCut(text: string): number | undefined {
  let last: number | undefined;
  for (const { index } of text.matchAll(cuts)) last = index;
  return last;
}

/** The tokens after those of the anchor; undefined when they do not begin with these. */
function after(anchorTokens: readonly number[], tokens: readonly number[]): number[] | undefined {
  const begins = anchorTokens.every((token, index) => token === tokens[index]);
  return begins ? tokens.slice(anchorTokens.length) : undefined;
}

/** The tokens before those of the rest; undefined when they do not end with these. */
function prefixOf(tokens: readonly number[], rest: readonly number[]): number[] | undefined {
  const length = tokens.length - rest.length;
  const ends = length >= 0 && rest.every((token, index) => token === tokens[length + index]);
  return ends ? tokens.slice(0, length) : undefined;
}
