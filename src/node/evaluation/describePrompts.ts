import { ConfigurationError } from "../../core/errors.ts";
import { asList, resolveConfiguration, type EvaluationConfiguration } from "../../core/evaluation/configuration.ts";
import type { EvaluationUnit } from "../../core/evaluation/evaluationUnit.ts";
import { ItemError } from "../../core/evaluation/itemError.ts";
import type { Prompt } from "../../core/evaluation/protocol.ts";
import type { ShownPrompt, ShownToken, TokenView } from "../../core/evaluation/shownPrompt.ts";
import { contextWindow, UnitPreparer, type PreparedUnit } from "../../core/evaluation/unitPreparer.ts";
import { requireCapabilities, withCapabilities, type Tokenizer } from "../../core/models/languageModel.ts";
import { modelName, parseModelRef } from "../../core/models/modelRef.ts";
import type { OpenOptions } from "../backends/backend.ts";
import { backends } from "../backends/registry.ts";
import type { Borrower } from "../backends/lentModel.ts";
import { withAbsolutePaths } from "./absolutePaths.ts";
import { planEvaluation, type EvaluationPlan } from "./planEvaluation.ts";

/**
 * The exact prompts of a configuration's items; with their tokens when it names a model, which is loaded for that
 * unless it can be borrowed.
 * @param given configuration as the user wrote it; `models` may be absent
 * @param baseFolder folder that relative paths start from
 * @param borrow finds the model where it is loaded already
 * @throws ConfigurationError, FileError, DataError or ModelError for what is wrong with configuration, data or model
 */
export async function describePrompts(
  given: Readonly<Record<string, unknown>>,
  baseFolder: string,
  dataFolder: string,
  borrow: Borrower = async () => undefined,
): Promise<ShownPrompt[]> {
  // The schema asks for a model, which is optional here.
  const configuration = withAbsolutePaths(resolveConfiguration({ models: [noModel], ...given }), baseFolder);
  const plan = await planEvaluation(configuration, dataFolder);
  const [model, ...others] = given.models === undefined ? [] : asList(configuration.models);
  if (others.length > 0) {
    throw new ConfigurationError("Prompts are shown for one model at a time.", { place: { field: "models" } });
  }
  if (model === undefined) return await describeAll(plan, configuration, undefined);
  const { contextSize } = configuration;
  return await withTokenizer(model, { contextSize }, borrow, (tokenizer) =>
    describeAll(plan, configuration, tokenizer),
  );
}

/**
 * Gives a model that is loaded already, with the context that is wanted, or else one that is loaded for this use only.
 * @param reference of the model, as a configuration has it
 * @throws FileError or ModelError when it cannot be loaded, or does not show its tokens; what `use` throws
 */
export async function withTokenizer<Result>(
  reference: string,
  options: OpenOptions,
  borrow: Borrower,
  use: (model: Tokenizer) => Promise<Result>,
): Promise<Result> {
  const borrowed = await borrow(reference);
  const { contextSize = borrowed?.description.contextLength } = options;
  if (borrowed !== undefined && borrowed.description.contextLength === contextSize) return await use(borrowed);
  const found = await backends.find(parseModelRef(reference));
  requireCapabilities(found, ["tokenizer"], modelName(found.ref), "a prompt in tokens");
  const model = await found.open(options);
  try {
    return await use(withCapabilities(model, "tokenizer"));
  } finally {
    await model.dispose();
  }
}

const noModel = "no model";

/** The prompts of a plan's items, with their tokens when there is a model. */
export async function describeAll(
  plan: EvaluationPlan,
  { overflow }: Pick<EvaluationConfiguration, "overflow">,
  model: Tokenizer | undefined,
): Promise<ShownPrompt[]> {
  const { protocol, parameters } = plan.protocol;
  const shown: ShownPrompt[] = [];
  if (model === undefined) {
    for (const unit of inFileOrder(plan)) {
      shown.push(
        describePrompt(protocol.id, unit, protocol.prompt(unit.item, unit.shots, parameters), unit.shots.length),
      );
    }
    return shown;
  }
  const window = contextWindow(model.description);
  const preparer = new UnitPreparer({ model, protocol, parameters, window, overflow });
  for await (const prepared of preparer.prepareAll(inFileOrder(plan))) {
    const { unit, prompt, droppedShots } = prepared;
    const head = describePrompt(protocol.id, unit, prompt, unit.shots.length - droppedShots);
    shown.push({ ...head, tokens: await describeTokens(prepared, window, model) });
  }
  return shown;
}

/** For a reader; the plan's own order serves the model's cache. */
function inFileOrder({ units }: EvaluationPlan): EvaluationUnit[] {
  return units.toSorted((a, b) => a.draw - b.draw || a.item.sourceRow - b.item.sourceRow);
}

/** @param shotCount examples that the prompt has */
export function describePrompt(
  protocol: string,
  { item, draw, shots }: EvaluationUnit,
  prompt: Prompt,
  shotCount: number,
): ShownPrompt {
  return {
    benchmark: item.benchmark,
    item: item.id,
    draw,
    protocol,
    shots: shots.slice(0, shotCount).map(({ id }) => id),
    request: prompt.request,
    right: item.answers.map((answer) => prompt.labels[answer]!),
  };
}

async function describeTokens(
  { encoded, droppedShots }: PreparedUnit,
  window: number,
  model: Tokenizer,
): Promise<TokenView> {
  if (encoded instanceof ItemError) {
    return { prompt: [], continuations: [], window, droppedShots, truncatedTokens: 0, problem: encoded.message };
  }
  const withTexts = async (ids: readonly number[]): Promise<ShownToken[]> => {
    const texts = await model.tokenTexts(ids);
    return ids.map((id, index) => ({ id, text: texts[index]! }));
  };
  const continuations: ShownToken[][] = [];
  for (const { options, continuations: tokens } of encoded.groups) {
    for (const [index, option] of options.entries()) continuations[option] = await withTexts(tokens[index]!);
  }
  const prompt = await withTexts(encoded.groups[0]!.prefix);
  return { prompt, continuations, window, droppedShots, truncatedTokens: encoded.truncatedTokens };
}
