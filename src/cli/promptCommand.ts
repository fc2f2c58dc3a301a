import type { Command } from "commander";
import { ConfigurationError } from "../core/errors.ts";
import { asList, resolveConfiguration, type EvaluationConfiguration } from "../core/evaluation/configuration.ts";
import type { EvaluationUnit } from "../core/evaluation/evaluationUnit.ts";
import { contextWindow, ItemEvaluator, type PreparedUnit } from "../core/evaluation/itemEvaluator.ts";
import { ItemError } from "../core/evaluation/itemError.ts";
import type { Prompt } from "../core/evaluation/protocol.ts";
import type { LanguageModel } from "../core/models/languageModel.ts";
import { defaultDataFolder } from "../node/benchmarks/dataFolder.ts";
import { withAbsolutePaths } from "../node/evaluation/absolutePaths.ts";
import { planEvaluation, type EvaluationPlan } from "../node/evaluation/planEvaluation.ts";
import { openModel } from "../node/modelHost/openModel.ts";
import { addEvaluationOptions, readConfiguration, type EvaluationOptions } from "./evaluationOptions.ts";
import { output } from "./output.ts";
import { printable } from "./printable.ts";

const help = `
Each token stands between bars; ⏎ is a line break. Without --model the text is shown without its tokens.

Examples:
  medley prompt -b medqa-4 -m model.gguf
  medley prompt -b medqa-4 -m model.gguf --items test-17 -p biomistral -s 3`;

interface Options extends EvaluationOptions {
  readonly json?: boolean;
}

export function promptCommand(program: Command): void {
  const command = program
    .command("prompt")
    .summary("show the exact prompt and its tokens")
    .description(
      "Shows what a model is asked, to the last character and token: the first item, or those of --items or --limit.",
    )
    .argument("[file]", "YAML file with the configuration of an evaluation")
    .option("--json", "print JSON")
    .addHelpText("after", help)
    .action(showPrompts);
  addEvaluationOptions(command);
}

async function showPrompts(file: string | undefined, options: Options): Promise<void> {
  const given = await readConfiguration(
    file,
    { limit: options.items === undefined ? "1" : undefined, ...options },
    false,
  );
  // The schema asks for a model, which is optional here.
  const configuration = withAbsolutePaths(resolveConfiguration({ models: [noModel], ...given }), process.cwd());
  const plan = await planEvaluation(configuration, defaultDataFolder());
  const [path, ...others] = given.models === undefined ? [] : asList(configuration.models);
  if (others.length > 0) {
    throw new ConfigurationError("Prompts are shown for one model at a time.", { place: { field: "models" } });
  }
  const model = path === undefined ? undefined : await openModel(path, { contextLength: configuration.contextSize });
  try {
    const shown = await describeAll(plan, configuration, model);
    if (options.json) output.json(shown);
    else for (const prompt of shown) print(prompt);
  } finally {
    await model?.dispose();
  }
}

const noModel = "no model";

/** A prompt as it is shown. */
interface ShownPrompt {
  readonly benchmark: string;
  readonly item: string;
  readonly draw: number;
  readonly protocol: string;
  readonly shots: readonly string[];
  readonly request: Prompt["request"];
  /** Labels or texts of the right options, as the protocol calls them. */
  readonly right: readonly string[];
  /** With a model only. */
  readonly tokens?: TokenView;
}

interface TokenView {
  readonly prompt: readonly ShownToken[];
  readonly continuations: readonly (readonly ShownToken[])[];
  readonly window: number;
  readonly droppedShots: number;
  readonly truncatedTokens: number;
  /** Why the item cannot be evaluated. */
  readonly problem?: string;
}

interface ShownToken {
  readonly id: number;
  readonly text: string;
}

async function describeAll(
  plan: EvaluationPlan,
  { overflow }: EvaluationConfiguration,
  model: LanguageModel | undefined,
): Promise<ShownPrompt[]> {
  const { protocol, parameters } = plan.protocol;
  const shown: ShownPrompt[] = [];
  if (model === undefined) {
    for (const unit of inFileOrder(plan)) {
      shown.push(describe(protocol.id, unit, protocol.prompt(unit.item, unit.shots, parameters), unit.shots.length));
    }
    return shown;
  }
  const window = contextWindow(model.description);
  const evaluator = new ItemEvaluator({ model, protocol, parameters, window, overflow });
  for await (const prepared of evaluator.prepareAll(inFileOrder(plan))) {
    const { unit, prompt, droppedShots } = prepared;
    const head = describe(protocol.id, unit, prompt, unit.shots.length - droppedShots);
    shown.push({ ...head, tokens: await describeTokens(prepared, window, model) });
  }
  return shown;
}

/** For a reader; the plan's own order serves the model's cache. */
function inFileOrder({ units }: EvaluationPlan): EvaluationUnit[] {
  return units.toSorted((a, b) => a.draw - b.draw || a.item.sourceRow - b.item.sourceRow);
}

function describe(
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
  model: LanguageModel,
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

function print(shown: ShownPrompt): void {
  const { benchmark, item, draw, protocol, shots, request, right, tokens } = shown;
  const title = `${benchmark}, item ${item}, draw ${draw + 1}, protocol ${protocol}, ${shots.length} shots`;
  output.line(`── ${printable(title)}${shots.length === 0 ? "" : ` (${printable(shots.join(", "))})`} ──`);
  output.line(
    tokens === undefined || tokens.problem !== undefined ? printableText(request.context) : bars(tokens.prompt),
  );
  output.line(`── ${describeRequest(request)}; right: ${printable(right.join(", "))} ──`);
  if (tokens === undefined) {
    if (request.scoring === "continuations") {
      for (const text of request.continuations) output.line(JSON.stringify(request.delimiter + text));
    }
  } else {
    for (const continuation of tokens.continuations) output.line(bars(continuation));
    output.line(describeLength(tokens));
  }
  output.line();
}

function describeRequest(request: Prompt["request"]): string {
  switch (request.scoring) {
    case "continuations":
      return "scored by the log-likelihood of each continuation";
    case "nextToken":
      return `scored by the next token; labels ${request.labels.join(", ")}`;
    case "generation":
      return `answered with up to ${request.maxTokens} tokens, temperature ${request.sampling.temperature}`;
  }
}

function describeLength({ prompt, window, droppedShots, truncatedTokens, problem }: TokenView): string {
  if (problem !== undefined) return `Cannot be evaluated: ${problem}`;
  const lost = [
    ...(droppedShots > 0 ? [`${droppedShots} shots left out`] : []),
    ...(truncatedTokens > 0 ? [`${truncatedTokens} tokens cut off at the left`] : []),
  ];
  return `${prompt.length} tokens of a window of ${window}${lost.length > 0 ? `; did not fit: ${lost.join(", ")}` : ""}`;
}

function bars(tokens: readonly ShownToken[]): string {
  return tokens.map(({ text }) => printable(text.replaceAll("\n", "⏎")).replaceAll("⏎", "⏎\n")).join("|");
}

/** Line breaks stay; other control characters are shown. */
function printableText(text: string): string {
  return text.split("\n").map(printable).join("\n");
}
