import type { LlamaContextSequence, Token } from "node-llama-cpp";
import { CancelledError, ModelError } from "../../core/errors.ts";

/** Next-token distribution at one place, as far as it was asked for. */
export interface Row {
  /** Natural-log probabilities over the whole vocabulary, of the tokens asked for and of the most probable one. */
  readonly logProbabilities: ReadonlyMap<number, number>;
  readonly top: number;
}

interface Options {
  readonly prefixReuse: boolean;
  readonly batchSize: number;
}

/** One sequence of the context, with the tokens that its attention cache holds. */
export class SequenceState {
  private tokens: readonly number[] = [];

  constructor(
    readonly sequence: LlamaContextSequence,
    private readonly options: Options,
  ) {}

  /** Tokens that the cache shares with the beginning of `tokens`. */
  sharedPrefix(tokens: readonly number[]): number {
    const most = Math.min(tokens.length, this.tokens.length);
    let shared = 0;
    while (shared < most && tokens[shared] === this.tokens[shared]) shared++;
    return shared;
  }

  /** Forgets what the request before left, where prefixes must not be reused. */
  async beginRequest(): Promise<void> {
    if (!this.options.prefixReuse) await this.keep([]);
  }

  /**
   * Brings the cache to exactly `tokens` and gives the distribution after each place in `wanted`.
   * @param wanted tokens whose probability is asked for, by index into `tokens`; the distribution is that after this
   *   index. What comes before the first of them is taken from the cache where it is there.
   * @returns rows by index, and how many tokens went through the model
   */
  async advance(
    tokens: readonly number[],
    wanted: ReadonlyMap<number, readonly number[]>,
    signal: AbortSignal,
  ): Promise<{ rows: Map<number, Row>; evaluatedTokens: number }> {
    const reusable = Math.min(this.sharedPrefix(tokens), ...wanted.keys());
    const start = await this.keep(tokens.slice(0, reusable));
    const rows = new Map<number, Row>();
    for (let at = start; at < tokens.length; at += this.options.batchSize) {
      if (signal.aborted) throw new CancelledError("The request was cancelled.");
      const end = Math.min(at + this.options.batchSize, tokens.length);
      const outputs = await this.evaluate(tokens.slice(at, end), (index) => wanted.get(at + index));
      this.tokens = tokens.slice(0, end);
      for (const [index, row] of outputs) rows.set(at + index, row);
    }
    return { rows, evaluatedTokens: tokens.length - start };
  }

  /** Notes tokens that were evaluated on the sequence directly. */
  noteTokens(tokens: readonly number[]): void {
    this.tokens = tokens;
  }

  /**
   * Cuts the cache down to `tokens`, a prefix of what it holds.
   * @returns how many tokens it still holds: fewer for recurrent models, whose state cannot be cut anywhere
   */
  async keep(tokens: readonly number[]): Promise<number> {
    if (this.sequence.nextTokenIndex > tokens.length) await this.sequence.adaptStateToTokens(tokens as Token[], false);
    this.tokens = tokens.slice(0, this.sequence.nextTokenIndex);
    return this.tokens.length;
  }

  private async evaluate(
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
