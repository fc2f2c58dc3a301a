import type { LlamaContextSequence, Token } from "node-llama-cpp";
import { CancelledError, ModelError } from "../../core/errors.ts";
import { sharedGroups, type TokenGroups } from "../../core/models/tokenGroups.ts";

/** Next-token distribution at one place, as far as it was asked for. */
export interface Row {
  /** Natural-log probabilities over the whole vocabulary, of the tokens asked for and of the most probable one. */
  readonly logProbabilities: ReadonlyMap<number, number>;
  readonly top: number;
}

/**
 * The sequence of the context, with what its cache holds. A request starts with {@link start}, which keeps of the cache
 * only what a fresh evaluation of the same tokens would put there, bit for bit.
 */
export class SequenceState {
  /** Groups that were evaluated one after the other from an empty cache. The cache may hold more after them. */
  private groups: TokenGroups = { tokens: [], ends: [] };

  constructor(
    readonly sequence: LlamaContextSequence,
    private readonly options: { readonly prefixReuse: boolean },
  ) {}

  /**
   * Prepares the cache for a request that will evaluate `request`.
   * @param limit tokens from here on are evaluated in any case
   */
  async start(request: TokenGroups, limit: number): Promise<void> {
    await this.keepGroups(this.options.prefixReuse ? sharedGroups(this.groups, request, limit) : 0);
  }

  /**
   * Goes back within a request to where it branches. Models whose state cannot be cut anywhere go back further, to the
   * end of a group.
   */
  async goBack(length: number): Promise<void> {
    if ((await this.keep(length)) < length) await this.keepGroups(length);
  }

  /**
   * Evaluates what the cache does not hold yet of `tokens`, group by group.
   * @param wanted tokens whose probability is asked for, by index into `tokens`; the distribution is that after this
   *   index
   * @returns rows by index, and how many tokens went through the model
   */
  async evaluate(
    { tokens, ends }: TokenGroups,
    wanted: ReadonlyMap<number, readonly number[]>,
    signal: AbortSignal,
  ): Promise<{ rows: Map<number, Row>; evaluatedTokens: number }> {
    const start = this.sequence.nextTokenIndex;
    const rows = new Map<number, Row>();
    let at = start;
    for (const end of ends.filter((end) => end > start)) {
      if (signal.aborted) throw new CancelledError("The request was cancelled.");
      const outputs = await this.evaluateGroup(tokens.slice(at, end), (index) => wanted.get(at + index));
      for (const [index, row] of outputs) rows.set(at + index, row);
      const { groups } = this;
      // After a branch what follows is no beginning of a fresh evaluation.
      if (at === groups.tokens.length) this.groups = { tokens: tokens.slice(0, end), ends: [...groups.ends, end] };
      at = end;
    }
    return { rows, evaluatedTokens: tokens.length - start };
  }

  /** Keeps whole groups, of at most `length` tokens. */
  private async keepGroups(length: number): Promise<void> {
    for (let most = length; ;) {
      const end = this.groups.ends.findLast((end) => end <= most) ?? 0;
      most = await this.keep(end);
      if (most === end) return;
    }
  }

  /**
   * Cuts the cache down to its first `length` tokens.
   * @returns how many it still holds: fewer for recurrent models, whose state cannot be cut anywhere
   */
  private async keep(length: number): Promise<number> {
    const held = this.sequence.contextTokens;
    if (held.length > length) await this.sequence.adaptStateToTokens(held.slice(0, length), false);
    const left = this.sequence.nextTokenIndex;
    const ends = this.groups.ends.filter((end) => end <= left);
    this.groups = { tokens: this.groups.tokens.slice(0, ends.at(-1) ?? 0), ends };
    return left;
  }

  private async evaluateGroup(
    tokens: readonly number[],
    wantedAt: (index: number) => readonly number[] | undefined,
  ): Promise<[number, Row][]> {
    const input = tokens.map((token, index): Token | RowRequest => {
      const wanted = wantedAt(index);
      return wanted === undefined ? (token as Token) : rowRequest(token, wanted);
    });
    const outputs = await this.sequence.controlledEvaluate(input);
    const rows: [number, Row][] = [];
    for (const [index, output] of outputs.entries()) {
      if (output !== undefined) rows.push([index, toRow(output.next)]);
    }
    return rows;
  }
}

type RowRequest = Exclude<Parameters<LlamaContextSequence["controlledEvaluate"]>[0][number], Token>;
type RowOutput = NonNullable<Awaited<ReturnType<LlamaContextSequence["controlledEvaluate"]>>[number]>["next"];

/**
 * Sampling is greedy (the bindings' default), so the selected token is the most probable one and its logit the maximum.
 * Asking for it costs one pass over the vocabulary, where `includeTop` sorts the vocabulary; `includeMax` is ignored
 * by the bindings.
 */
function rowRequest(token: number, wanted: readonly number[]): RowRequest {
  return [
    token as Token,
    {
      generateNext: {
        token: true,
        logits: { filter: { tokens: wanted as Token[], includeSelected: true } },
        totalLogitWeight: true,
      },
    },
  ];
}

/** log p = logit - largest logit - ln(sum of exp(logit - largest logit)) */
function toRow({ token: top, logits, totalLogitWeight }: RowOutput): Row {
  const largest = top === undefined || top === null ? undefined : logits?.get(top);
  if (top === undefined || top === null || largest === undefined || totalLogitWeight === undefined) {
    throw notFinite();
  }
  const offset = largest + Math.log(totalLogitWeight);
  const logProbabilities = new Map<number, number>();
  for (const [token, logit] of logits!) {
    const logProbability = logit - offset;
    if (!Number.isFinite(logProbability)) throw notFinite();
    logProbabilities.set(token, logProbability);
  }
  return { logProbabilities, top };
}

function notFinite(): ModelError {
  return new ModelError("The model computes logits that are not finite numbers, so nothing can be scored with it.", {
    hint: "The weights are damaged or do not fit this quantization; download or convert the model again.",
  });
}
