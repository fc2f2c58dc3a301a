import { createHash } from "node:crypto";
import { basename } from "node:path";
import { inlineBenchmarkId } from "../../core/benchmarks/inlineQuestions.ts";
import { isOwnQuestionsPath } from "../../core/benchmarks/ownQuestions.ts";
import { MedleyError, ModelError, RunError } from "../../core/errors.ts";
import { asList } from "../../core/evaluation/configuration.ts";
import { identityText } from "../../core/models/modelIdentity.ts";
import type { ShownPrompt } from "../../core/evaluation/shownPrompt.ts";
import type { ResultValue } from "../../core/results/messages.ts";
import type { ItemRecord } from "../../core/runs/itemRecord.ts";
import { describeAll, describePrompt, withTokenizer } from "../evaluation/describePrompts.ts";
import { planEvaluation, type EvaluationPlan } from "../evaluation/planEvaluation.ts";
import type { Borrower } from "../backends/lentModel.ts";
import { hashCacheFolder } from "../runs/runFolder.ts";
import type { QuestionSource } from "./questionStore.ts";

/** A run whose prompt is shown. */
export interface PromptSource extends QuestionSource {
  readonly folder: string;
}

export interface ItemPromptOptions {
  readonly dataFolder: string;
  /** Whether its tokens are shown too, for which the run's model is loaded. */
  readonly withTokens: boolean;
  /** Finds the model where it is loaded already. */
  readonly borrow: Borrower;
}

/**
 * Builds the prompt of an item again, and makes sure by its hash that it is the one that the model saw.
 * @throws RunError when another prompt would come out; ConfigurationError, FileError, DataError when it cannot be built
 */
export async function itemPrompt(
  source: PromptSource,
  record: ItemRecord,
  { dataFolder, withTokens, borrow }: ItemPromptOptions,
): Promise<ResultValue<"prompt">> {
  const { configuration } = source;
  const { benchmark } = record;
  const own = asList(configuration.benchmark).find((id) => isOwnQuestionsPath(id) && basename(id) === benchmark);
  const asked = {
    ...configuration,
    ...(benchmark === inlineBenchmarkId
      ? { benchmark: undefined }
      : { benchmark: own ?? benchmark, questions: undefined }),
    items: { [benchmark]: [record.item] },
  };
  const planned = await planEvaluation(asked, dataFolder);
  const plan = { ...planned, units: planned.units.filter(({ draw }) => draw === record.draw) };
  const prompt = rebuild(plan, record);
  if (!withTokens) return { prompt };
  try {
    return { prompt: await describeTokens(source, plan, record, borrow) };
  } catch (error) {
    if (!(error instanceof MedleyError)) throw error;
    return { prompt, tokensMissing: [error.message, error.hint].filter((part) => part !== undefined).join(" ") };
  }
}

function rebuild({ protocol: { protocol, parameters }, units }: EvaluationPlan, record: ItemRecord): ShownPrompt {
  const [unit] = units;
  if (unit === undefined) throw otherPrompt(record);
  const shots = unit.shots.slice(0, unit.shots.length - record.droppedShots);
  const shown = describePrompt(protocol.id, unit, protocol.prompt(unit.item, shots, parameters), shots.length);
  requireSame(shown, record);
  return shown;
}

/** @throws ModelError when the model file is not the one that the run was made with */
async function describeTokens(
  source: PromptSource,
  plan: EvaluationPlan,
  record: ItemRecord,
  borrow: Borrower,
): Promise<ShownPrompt> {
  const { configuration, folder, identity } = source;
  const reference = asList(configuration.models)[0]!;
  // Tokens need the vocabulary only: whatever device the run had is left to those who work.
  const options = {
    gpu: "none",
    contextSize: configuration.contextSize,
    cacheFolder: hashCacheFolder(folder),
  } as const;
  return await withTokenizer(reference, options, borrow, async (model) => {
    if (identityText(model.description.identity) !== identity["model"]) {
      throw new ModelError("The model file was changed since the run was made.", { place: { file: reference } });
    }
    const [shown] = await describeAll(plan, configuration, model);
    requireSame(shown!, record);
    return shown!;
  });
}

function requireSame({ request: { context } }: ShownPrompt, record: ItemRecord): void {
  const hash = createHash("sha256").update(context, "utf8").digest("hex");
  if (hash !== record.promptSha256) throw otherPrompt(record);
}

function otherPrompt({ item, benchmark }: ItemRecord): RunError {
  return new RunError(
    `The prompt of item ${item} of ${benchmark} cannot be built again: another one would come out than the model saw.`,
    { hint: "The data, or Medley's protocol, is not what the run was made with." },
  );
}
