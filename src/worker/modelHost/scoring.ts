import { nodeKey, planContinuations } from "../../core/models/continuationTree.ts";
import type { ContinuationScore, ScoreRequest, ScoreResult } from "../../core/models/languageModel.ts";
import { groupEnds } from "../../core/models/tokenGroups.ts";
import type { Row, SequenceState } from "./sequenceState.ts";

/**
 * Log-likelihoods of all continuations: the prefix is evaluated once, then each place of their tree once.
 * @param groupSize most tokens that are evaluated in one go
 */
export async function score(
  state: SequenceState,
  request: ScoreRequest,
  groupSize: number,
  signal: AbortSignal,
): Promise<ScoreResult> {
  const started = performance.now();
  const rows = new Map<string, Row>();
  let evaluatedTokens = 0;
  const atPrefixEnd = request.prefix.length - 1;
  for (const [index, step] of planContinuations(request.continuations).entries()) {
    const wanted = new Map(step.nodes.map((node) => [atPrefixEnd + node.path.length, node.next]));
    const tokens = [...request.prefix, ...step.path];
    const groups = { tokens, ends: groupEnds(tokens.length, groupSize, request.sharedTokens) };
    const firstRow = atPrefixEnd + step.nodes[0]!.path.length;
    await (index === 0 ? state.start(groups, firstRow) : state.goBack(firstRow));
    const result = await state.evaluate(groups, wanted, signal);
    evaluatedTokens += result.evaluatedTokens;
    for (const node of step.nodes) rows.set(nodeKey(node.path), result.rows.get(atPrefixEnd + node.path.length)!);
  }
  const first = rows.get(nodeKey([]))!;
  return {
    continuations: request.continuations.map((tokens) => scoreContinuation(tokens, rows)),
    next: { token: first.top, logProbability: first.logProbabilities.get(first.top)! },
    evaluatedTokens,
    milliseconds: performance.now() - started,
  };
}

function scoreContinuation(tokens: readonly number[], rows: ReadonlyMap<string, Row>): ContinuationScore {
  const rowBefore = (index: number) => rows.get(nodeKey(tokens.slice(0, index)))!;
  return {
    tokenLogProbabilities: tokens.map((token, index) => rowBefore(index).logProbabilities.get(token)!),
    greedy: tokens.every((token, index) => rowBefore(index).top === token),
  };
}
