import type { Item } from "../benchmarks/item.ts";
import type { ModelDescription, Tokenizer } from "../models/languageModel.ts";
import { encodePrompt, excessTokens, tokenizePrompt, tooLong, type EncodedPrompt } from "./encode.ts";
import type { EvaluationUnit } from "./evaluationUnit.ts";
import { ItemError } from "./itemError.ts";
import type { OverflowPolicy } from "./overflowPolicy.ts";
import { minimumTokens } from "./plan.ts";
import type { Prompt, Protocol } from "./protocol.ts";
import { sharedHead } from "./sharedHead.ts";

export interface UnitPreparerOptions<Parameters> {
  readonly model: Tokenizer;
  readonly protocol: Protocol<Parameters>;
  readonly parameters: Parameters;
  /** Tokens that the model takes in at most; see {@link contextWindow}. */
  readonly window: number;
  /** Overrides the protocol's own. */
  readonly overflow?: OverflowPolicy;
}

/** A unit whose prompt is built and tokenised. */
export interface PreparedUnit {
  readonly unit: EvaluationUnit;
  readonly prompt: Prompt;
  readonly droppedShots: number;
  readonly minimumTokens: number;
  /** The tokens, or why there are none. */
  readonly encoded: EncodedPrompt | ItemError;
}

/** The longest prompt that a model takes: what it was trained with, or `maximum`, but never more than is loaded. */
export function contextWindow(
  description: Pick<ModelDescription, "trainContextLength" | "contextLength">,
  maximum = description.trainContextLength,
): number {
  return Math.min(maximum, description.contextLength);
}

/** Builds the prompts of units and tokenises them. It holds no state that changes a number. */
export class UnitPreparer<Parameters> {
  private readonly options: UnitPreparerOptions<Parameters>;
  /** The latest one, which most prompts have in common. */
  private head: { readonly text: string; readonly tokens: Promise<number[][]> } | undefined;

  constructor(options: UnitPreparerOptions<Parameters>) {
    this.options = options;
  }

  /**
   * Prepares the units that are not done yet, in the order of the plan. Prompts are tokenised as they are asked for, so
   * that the next one can be prepared while the model works on the one before.
   */
  async *prepareAll(
    units: readonly EvaluationUnit[],
    isDone: (unit: EvaluationUnit) => boolean = () => false,
  ): AsyncGenerator<PreparedUnit> {
    let previous: PreparedUnit | undefined;
    for (const [index, unit] of units.entries()) {
      if (isDone(unit)) {
        previous = undefined;
        continue;
      }
      // What a perfect cache would hold does not depend on where an interrupted run went on.
      if (!previous && index > 0) previous = await this.prepare(units[index - 1]!);
      previous = await this.prepare(unit, previous);
      yield previous;
    }
  }

  /** @param previous the unit before in the order of the plan */
  async prepare(unit: EvaluationUnit, previous?: PreparedUnit): Promise<PreparedUnit> {
    const before = previous?.encoded instanceof ItemError ? undefined : previous?.encoded;
    for (let dropped = 0; ; dropped++) {
      const shots = unit.shots.slice(0, unit.shots.length - dropped);
      const prompt = this.options.protocol.prompt(unit.item, shots, this.options.parameters);
      const encoded = await this.encode(prompt, unit.item, shots);
      if (encoded === "dropShot") continue;
      const minimum = encoded instanceof ItemError ? 0 : minimumTokens(before, encoded);
      return { unit, prompt, droppedShots: dropped, minimumTokens: minimum, encoded };
    }
  }

  private async encode(
    prompt: Prompt,
    item: Item,
    shots: readonly Item[],
  ): Promise<EncodedPrompt | ItemError | "dropShot"> {
    const { model, window, protocol, overflow = protocol.overflow } = this.options;
    try {
      const tokens = await tokenizePrompt(prompt, model, await this.headTokens(prompt, item, shots));
      const excess = excessTokens(tokens, window);
      if (excess > 0 && overflow === "dropShots" && shots.length > 0) return "dropShot";
      if (excess > 0 && overflow !== "truncateLeft") throw tooLong(tokens, window);
      return encodePrompt(tokens, window);
    } catch (error) {
      if (error instanceof ItemError) return error;
      throw error;
    }
  }

  private async headTokens({ parseSpecial }: Prompt, item: Item, shots: readonly Item[]): Promise<readonly number[]> {
    const { model, protocol, parameters } = this.options;
    const text = sharedHead(protocol, item, shots, parameters);
    if (this.head?.text !== text) this.head = { text, tokens: model.tokenize([text], parseSpecial) };
    return (await this.head.tokens)[0]!;
  }
}
