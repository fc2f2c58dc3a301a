import { defaultBatchSize } from "./memoryNeed.ts";

/**
 * Tokens that a processor evaluates in one go: for it as fast as longer batches, and what two requests share is rounded
 * down to a multiple of it. A GPU needs long batches to be fast.
 */
export const processorGroup = 64;

/**
 * How {@link groupEnds} groups tokens, for the identity of a run: rows that were computed in different groups differ in
 * their last digits. To be changed whenever the groups do.
 */
export const tokenGrouping = `${processorGroup} on a processor, ${defaultBatchSize} on a GPU`;

/**
 * Where the groups end in which a sequence of tokens goes through a model, each group in one go.
 *
 * What a kernel computes for a token may depend, in the last bits, on how many tokens are evaluated with it: repacked
 * quantizations take four rows at a time and the rest one by one, and a single token has kernels of its own. Groups are
 * therefore a function of the request alone, and a cache is only used up to the end of a group that the request has too.
 * @param length of the sequence, in tokens
 * @param size most tokens of a group
 * @param shared a place at which a group ends in any case: up to there other requests are expected to be the same
 * @returns ascending; the last one is `length`
 */
export function groupEnds(length: number, size: number, shared = 0): number[] {
  const ends: number[] = [];
  for (let end = 0; end < length;) {
    end = Math.min(end + size, end < shared ? Math.min(shared, length) : length);
    ends.push(end);
  }
  return ends;
}

/**
 * How many tokens of an evaluated sequence a fresh evaluation of another one would evaluate in the same way.
 * @param evaluated tokens with the ends of their groups; tokens after the last end count for nothing
 * @param wanted the same of the sequence that is to be evaluated
 * @param limit most tokens that are of use
 */
export function sharedGroups(evaluated: TokenGroups, wanted: TokenGroups, limit: number): number {
  const most = Math.min(commonPrefixLength(evaluated.tokens, wanted.tokens), limit);
  let shared = 0;
  for (const [index, end] of wanted.ends.entries()) {
    if (end > most || end !== evaluated.ends[index]) break;
    shared = end;
  }
  return shared;
}

export function commonPrefixLength(a: readonly number[], b: readonly number[]): number {
  const limit = Math.min(a.length, b.length);
  let length = 0;
  while (length < limit && a[length] === b[length]) length++;
  return length;
}

export interface TokenGroups {
  readonly tokens: readonly number[];
  /** See {@link groupEnds}. */
  readonly ends: readonly number[];
}
