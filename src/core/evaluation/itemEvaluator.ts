import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { LanguageModel, Tokenizer } from "../models/languageModel.ts";
import type { ItemRecord } from "../runs/itemRecord.ts";
import { AnswerReader, type ModelReply } from "./answerReader.ts";
import { ItemError } from "./itemError.ts";
import { UnitPreparer, type PreparedUnit, type UnitPreparerOptions } from "./unitPreparer.ts";

export interface ItemEvaluatorOptions<Parameters> extends UnitPreparerOptions<Parameters> {
  readonly model: LanguageModel & Tokenizer;
}

/** Evaluates units one by one. It holds no state that changes a number. */
export class ItemEvaluator<Parameters> extends UnitPreparer<Parameters> {
  private readonly protocol: UnitPreparerOptions<Parameters>["protocol"];
  private readonly parameters: Parameters;
  private readonly reader: AnswerReader;

  constructor(options: ItemEvaluatorOptions<Parameters>) {
    super(options);
    this.protocol = options.protocol;
    this.parameters = options.parameters;
    this.reader = new AnswerReader(options.model);
  }

  /**
   * Asks the model and judges its answer. What concerns this item alone becomes a failed record.
   * @throws CancelledError, ModelHostError, ModelError as the model does: whether to try again is the caller's decision
   */
  async evaluate(prepared: PreparedUnit, signal?: AbortSignal): Promise<ItemRecord> {
    if (prepared.encoded instanceof ItemError) return failedRecord(prepared, prepared.encoded);
    try {
      const reply = await this.reader.ask(prepared.unit, prepared.prompt, prepared.encoded, signal);
      return this.judge(prepared, reply);
    } catch (error) {
      if (error instanceof ItemError) return failedRecord(prepared, error);
      throw error;
    }
  }

  private judge(prepared: PreparedUnit, { answer, evaluatedTokens, milliseconds }: ModelReply): ItemRecord {
    const { item } = prepared.unit;
    const { prediction, valid, correct, metrics, probabilities } = this.protocol.judge(item, answer, this.parameters);
    return {
      ...recordHead(prepared),
      answer,
      prediction,
      valid,
      correct,
      metrics,
      ...(probabilities && { probabilities: [...probabilities] }),
      evaluatedTokens,
      minimumTokens: prepared.minimumTokens,
      milliseconds,
    };
  }
}

/** The record of a unit that could not be evaluated. It counts as wrong. */
export function failedRecord(prepared: PreparedUnit, failure: { code: string; message: string }): ItemRecord {
  return {
    ...recordHead(prepared),
    prediction: null,
    valid: false,
    correct: false,
    metrics: {},
    evaluatedTokens: 0,
    minimumTokens: 0,
    milliseconds: 0,
    failure: { code: failure.code, message: failure.message },
  };
}

function recordHead({ unit, prompt, droppedShots, encoded }: PreparedUnit) {
  const { item, order, draw, shots } = unit;
  const lengths = encoded instanceof ItemError ? { promptTokens: 0, truncatedTokens: 0 } : encoded;
  return {
    v: 1 as const,
    benchmark: item.benchmark,
    item: item.id,
    draw,
    ...(item.subject !== undefined && { subject: item.subject }),
    language: item.language,
    order: [...order],
    labels: [...prompt.labels],
    gold: [...item.answers],
    shots: shots.slice(0, shots.length - droppedShots).map((shot) => shot.id),
    droppedShots,
    promptSha256: bytesToHex(sha256(utf8ToBytes(prompt.request.context))),
    promptTokens: lengths.promptTokens,
    truncatedTokens: lengths.truncatedTokens,
  };
}
