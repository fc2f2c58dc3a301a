import { ModelError } from "../errors.ts";
import {
  withCapabilities,
  type LanguageModel,
  type ScoreRequest,
  type ScoreResult,
  type Tokenizer,
} from "../models/languageModel.ts";
import type { EncodedPrompt } from "./encode.ts";
import type { EvaluationUnit } from "./evaluationUnit.ts";
import { ItemError } from "./itemError.ts";
import { itemSeed } from "./itemSeed.ts";
import { prefixToken } from "./leadingTokens.ts";
import type { ContinuationsRequest, GenerationRequest, ModelAnswer, NextTokenRequest, Prompt } from "./protocol.ts";
import { codePointCount, utf8ByteCount } from "./pythonText.ts";
import { largest } from "../lists.ts";

/** An answer and what it cost. */
export interface ModelReply {
  readonly answer: ModelAnswer;
  readonly evaluatedTokens: number;
  readonly milliseconds: number;
}

interface Cost {
  evaluatedTokens: number;
  milliseconds: number;
}

/** Asks a model what a prompt asks for. What it remembers are facts about the model's vocabulary and its answers to PMI's requests. */
export class AnswerReader {
  private readonly model: LanguageModel & Tokenizer;
  private readonly tokensOfText = new Map<string, readonly number[]>();
  private readonly textOfToken = new Map<number, string>();
  /** By the texts of all options: what one is asked with must not depend on what was asked before. */
  private readonly unconditional = new Map<string, readonly (number | null)[]>();

  constructor(model: LanguageModel & Tokenizer) {
    this.model = model;
  }

  /** @throws ItemError when the answer is not a number; else what the model throws */
  async ask(unit: EvaluationUnit, prompt: Prompt, encoded: EncodedPrompt, signal?: AbortSignal): Promise<ModelReply> {
    const { request } = prompt;
    const cost: Cost = { evaluatedTokens: 0, milliseconds: 0 };
    const answer =
      request.scoring === "continuations"
        ? await this.continuations(request, prompt.parseSpecial, encoded, cost, signal)
        : request.scoring === "nextToken"
          ? await this.nextToken(request, encoded, cost, signal)
          : await this.generation(request, unit, encoded, cost, signal);
    return { answer, ...cost };
  }

  private async continuations(
    request: ContinuationsRequest,
    parseSpecial: boolean,
    encoded: EncodedPrompt,
    cost: Cost,
    signal?: AbortSignal,
  ): Promise<ModelAnswer> {
    const logLikelihoods: (number | null)[] = [];
    const greedy: boolean[] = [];
    for (const { options, ...group } of encoded.groups) {
      const result = await this.score(group, cost, signal);
      for (const [index, option] of options.entries()) {
        const { tokenLogProbabilities, greedy: isGreedy } = result.continuations[index]!;
        logLikelihoods[option] = stored(sum(tokenLogProbabilities));
        greedy[option] = isGreedy;
      }
    }
    const texts = request.continuations;
    return {
      scoring: "continuations",
      logLikelihoods,
      tokenCounts: [...encoded.tokenCounts],
      characters: texts.map(codePointCount),
      bytes: texts.map(utf8ByteCount),
      greedy,
      ...(request.unconditional && {
        unconditionalLogLikelihoods: await this.unconditionalOf(
          texts.map((text) => request.delimiter + text),
          parseSpecial,
          cost,
          signal,
        ),
      }),
    };
  }

  /** As lm-eval does: each option is tokenised on its own and follows BOS, or EOS where there is no BOS. */
  private async unconditionalOf(texts: readonly string[], parseSpecial: boolean, cost: Cost, signal?: AbortSignal) {
    const key = JSON.stringify(texts);
    const known = this.unconditional.get(key);
    if (known !== undefined) return [...known];
    const first = prefixToken(this.model.description);
    const continuations = await this.model.tokenize(texts, parseSpecial);
    const result = await this.score({ prefix: [first], continuations }, cost, signal);
    const values = result.continuations.map(({ tokenLogProbabilities }) => stored(sum(tokenLogProbabilities)));
    this.unconditional.set(key, values);
    return [...values];
  }

  private async nextToken(
    request: NextTokenRequest,
    encoded: EncodedPrompt,
    cost: Cost,
    signal?: AbortSignal,
  ): Promise<ModelAnswer> {
    const tokensOfLabels = await this.labelTokens(request);
    const { prefix, sharedTokens } = encoded.groups[0]!;
    const candidates = [...new Set(tokensOfLabels.flat())];
    const continuations = candidates.map((token) => [token]);
    const result = await this.score({ prefix, sharedTokens, continuations }, cost, signal);
    const byToken = new Map(
      candidates.map((token, index) => [token, result.continuations[index]!.tokenLogProbabilities[0]!]),
    );
    const { token, logProbability } = result.next;
    const named = tokensOfLabels.findIndex((tokens) => tokens.includes(token));
    return {
      scoring: "nextToken",
      next: {
        token,
        text: named < 0 ? await this.textOf(token) : request.labels[named]!,
        logProbability: stored(logProbability),
      },
      labelLogProbabilities: tokensOfLabels.map((tokens) =>
        stored(largest(tokens.map((candidate) => byToken.get(candidate)!))),
      ),
    };
  }

  private async labelTokens({ labels, delimiter }: NextTokenRequest): Promise<(readonly number[])[]> {
    const spellings = labels.map((label) => [...new Set([label, delimiter + label])]);
    const missing = spellings.flat().filter((text) => !this.tokensOfText.has(text));
    if (missing.length > 0) {
      const tokens = await withCapabilities(this.model, "scorer").tokensDecodingTo(missing);
      for (const [index, text] of missing.entries()) this.tokensOfText.set(text, tokens[index]!);
    }
    return spellings.map((texts, index) => {
      const tokens = texts.flatMap((text) => this.tokensOfText.get(text)!);
      if (tokens.length === 0) throw unspeakable(labels[index]!);
      return tokens;
    });
  }

  private async textOf(token: number): Promise<string> {
    let text = this.textOfToken.get(token);
    if (text === undefined) {
      [text] = await this.model.tokenTexts([token]);
      this.textOfToken.set(token, text!);
    }
    return text!;
  }

  private async generation(
    request: GenerationRequest,
    unit: EvaluationUnit,
    encoded: EncodedPrompt,
    cost: Cost,
    signal?: AbortSignal,
  ): Promise<ModelAnswer> {
    const seed = itemSeed(request.sampling.seed, unit.item, unit.draw);
    const { prefix, sharedTokens } = encoded.groups[0]!;
    const result = await withCapabilities(this.model, "textGenerator").generate(
      {
        prompt: prefix,
        sharedTokens,
        maxTokens: request.maxTokens,
        sampling: { ...request.sampling, seed },
        stop: request.stop,
      },
      { signal },
    );
    add(cost, result);
    const { text, tokens, stopReason } = result;
    return { scoring: "generation", text, tokens, stopReason, seed };
  }

  private async score(request: ScoreRequest, cost: Cost, signal?: AbortSignal): Promise<ScoreResult> {
    const result = await withCapabilities(this.model, "scorer").score(request, signal);
    add(cost, result);
    return result;
  }
}

function unspeakable(label: string): ModelError {
  return new ModelError(`No token of this model spells ${JSON.stringify(label)}, so it can never be the next token.`, {
    hint: "Use other labels, or a protocol that scores continuations.",
  });
}

function add(cost: Cost, { evaluatedTokens, milliseconds }: Cost): void {
  cost.evaluatedTokens += evaluatedTokens;
  cost.milliseconds += milliseconds;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/**
 * A log-probability as items.jsonl has it: −∞ is null, and what rounding lifted above 0 is 0.
 * @throws ItemError when it is not a number
 */
function stored(logProbability: number): number | null {
  if (Number.isNaN(logProbability)) {
    throw new ItemError("answer.notANumber", "The model's answer to this item is not a number (NaN).", {
      hint: "The model file may be damaged; check its SHA-256.",
    });
  }
  return logProbability === -Infinity ? null : Math.min(0, logProbability);
}
