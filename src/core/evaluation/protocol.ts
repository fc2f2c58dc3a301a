import type { z } from "zod";
import type { Item } from "../benchmarks/item.ts";
import type { Capability, Sampling } from "../models/languageModel.ts";
import type { ItemRecord } from "../runs/itemRecord.ts";
import type { OverflowPolicy } from "./overflowPolicy.ts";
import type { ProtocolLimits } from "./protocolLimits.ts";
import type { ShotSource } from "./shotSource.ts";

/** Scores each continuation after one context: the sum of its tokens' log-probabilities. */
export interface ContinuationsRequest {
  readonly scoring: "continuations";
  readonly context: string;
  /** What stands between context and option, for example one space; tokenised jointly with both. */
  readonly delimiter: string;
  /** Text scored for each option as shown, without the delimiter. */
  readonly continuations: readonly string[];
  /** Also score each delimiter + continuation on its own, after nothing but BOS (EOS where there is no BOS). */
  readonly unconditional: boolean;
}

/** One forward pass: which token comes next, over the whole vocabulary, and how probable is each label. */
export interface NextTokenRequest {
  readonly scoring: "nextToken";
  readonly context: string;
  /**
   * A label's probability is that of the most probable token whose own decoding is exactly this text, with or without the
   * delimiter in front. One an option.
   */
  readonly labels: readonly string[];
  /** What stands between context and answer in examples: in byte-level BPE a space is a part of the token after it. */
  readonly delimiter: string;
}

/** Free generation, from which the protocol extracts an answer. */
export interface GenerationRequest {
  readonly scoring: "generation";
  readonly context: string;
  readonly maxTokens: number;
  /** Each item draws with a seed of its own, derived from `sampling.seed`, so that order and resumption do not matter. */
  readonly sampling: Sampling;
  readonly stop: readonly string[];
}

export type ProtocolRequest = ContinuationsRequest | NextTokenRequest | GenerationRequest;

/** What a model must be able to do to answer a request. Prompts are tokens: where they end decides what is scored. */
export const scoringNeeds: Readonly<Record<ProtocolRequest["scoring"], readonly Capability[]>> = {
  continuations: ["tokenizer", "scorer"],
  nextToken: ["tokenizer", "scorer"],
  generation: ["tokenizer", "textGenerator"],
};

/** What a protocol asks of the model for one item in one draw, and how the text becomes tokens. */
export interface Prompt {
  readonly request: ProtocolRequest;
  /** What the protocol calls each option, in the order shown. */
  readonly labels: readonly string[];
  /** Whether BOS goes in front: as the tokenizer's own rule has it, or never. */
  readonly bos: "tokenizer" | "none";
  /** Whether literal special tokens in the text (`<|im_start|>`) become those tokens. */
  readonly parseSpecial: boolean;
}

/**
 * How the benchmarks of a group become one number: each item with equal weight and the pooled standard error
 * (lm-eval's `weight_by_size`), or each benchmark with equal weight.
 */
export type GroupAggregation = "bySize" | "unweighted";

/**
 * A protocol fixes everything that changes a number: template, labels, shots, BOS, scoring, the handling of invalid
 * answers, aggregation. It is stateless; one instance serves any number of runs.
 */
export interface Protocol<Parameters = unknown> {
  /** What a user writes: `lm-eval`, `biomistral`, … */
  readonly id: string;
  /** Raised whenever any number that the protocol gives can change; a part of a run's identity. */
  readonly version: number;
  readonly title: string;
  /** Paper or software, with version, that it reproduces. */
  readonly source: string;
  /** The user's settings, with defaults and documentation. */
  readonly parameters: z.ZodType<Parameters>;
  /** What a model must be able to do: one that cannot is refused before a run. */
  readonly needs: readonly Capability[];
  /** What happens to a prompt that does not fit, unless the user says otherwise. */
  readonly overflow: OverflowPolicy;
  readonly groupAggregation: GroupAggregation;
  /** Name of the metric that is *the* result on a benchmark: `accuracy`, or one of the metrics that `judge` gives. */
  primaryMetric(benchmark: string, parameters: Parameters): string;
  /** Whether a prompt lists the options, so that their order can give the answer away. */
  showsOptions(benchmark: string, parameters: Parameters): boolean;
  /** What it can ask and count: items outside are refused before a run, because every answer to them would be wrong. */
  limits(benchmark: string, parameters: Parameters): ProtocolLimits;
  /**
   * Whether some answer to an item within the limits is counted as right. Items of which none is are asked all the same,
   * because the original asks them too; how many there are stands beside the number.
   */
  canBeRight(item: Item, parameters: Parameters): boolean;
  /** One source a draw, when the user asks for `count` shots (undefined: the protocol's own number). */
  shotSources(benchmark: string, count: number | undefined, parameters: Parameters): readonly ShotSource[];
  /**
   * Builds the prompt of an item. Options are already in the order in which they are shown.
   * @throws ConfigurationError when the protocol cannot ask this item
   */
  prompt(item: Item, shots: readonly Item[], parameters: Parameters): Prompt;
  /** Turns the model's answer into a prediction: pure, so that items.jsonl suffices to recompute it. */
  judge(item: Item, answer: ModelAnswer, parameters: Parameters): Judgement;
}

/** The model's answer to a {@link ProtocolRequest}, as it is stored in items.jsonl. */
export type ModelAnswer = NonNullable<ItemRecord["answer"]>;

/** What the protocol makes of an answer. */
export interface Judgement {
  /** Position of the predicted option as shown; null when the answer names none. */
  readonly prediction: number | null;
  /** Whether the protocol counts the answer as one. What is invalid is never correct. */
  readonly valid: boolean;
  readonly correct: boolean;
  /** Further per-item metrics, by the names of `metrics.ts`: `acc_norm`, `mc2`, `acc_constrained`, `brier`. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Probability of each option as shown (whole vocabulary, not renormalised), where the scoring gives one. */
  readonly probabilities?: readonly number[];
}
