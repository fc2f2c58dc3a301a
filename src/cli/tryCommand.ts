import { dirname, resolve } from "node:path";
import { Option, type Command } from "commander";
import { CancelledError, ConfigurationError, exitStatus, MedleyError } from "../core/errors.ts";
import {
  requireCapabilities,
  withCapabilities,
  type ChatMessage,
  type ChatModel,
  type ChatResult,
} from "../core/models/languageModel.ts";
import { gpuSchema, type Gpu } from "../core/models/loadSettings.ts";
import { mapRefPath, modelName, parseModelRef } from "../core/models/modelRef.ts";
import { judgeAnswer, type Judgement } from "../core/prompts/judgeAnswer.ts";
import { fillMessages, parsePromptFile, type PromptFile } from "../core/prompts/promptFile.ts";
import type { VariableValues } from "../core/prompts/variables.ts";
import { numberColumn, textColumn } from "../core/reports/table.ts";
import { wilsonInterval } from "../core/statistics/proportion.ts";
import { backends } from "../node/backends/registry.ts";
import { describeError } from "./describeError.ts";
import { cancelOnInterrupt } from "./interrupt.ts";
import { output } from "./output.ts";
import { parseContextSize, parseCount, parseSeed } from "./parseSizes.ts";
import { readText } from "./readText.ts";

interface Options {
  readonly model?: string;
  readonly seed: number;
  readonly contextSize?: number;
  readonly threads?: number;
  readonly gpu: Gpu;
  readonly json?: boolean;
}

const help = `
Each entry under testData is asked once, and its answer judged by the evaluators that compare with texts. A prompt without
testData is asked as it is. The format of prompt files is in docs/prompt-files.md.

Examples:
  medley try findings.prompt.yml
  medley try findings.prompt.yml --model models/other.gguf --json`;

export function tryCommand(program: Command): void {
  program
    .command("try")
    .summary("try a prompt file on its test data")
    .description(
      "Asks a model what a prompt file (*.prompt.yml) says for each entry of its test data, and judges the answers.",
    )
    .argument("<file>", "path of the prompt file")
    .option("-m, --model <model>", "the model to ask; the one that the file names, whose path starts from its folder")
    .option("--seed <number>", "seed of the draws, above temperature 0", parseSeed, 1234)
    .option("--context-size <tokens>", "context to load the model with; its own, at most 4096", parseContextSize)
    .option("--threads <number>", "processor threads; as many as make it fastest", parseCount)
    .addOption(new Option("--gpu <device>", "where it runs").choices(gpuSchema.options).default("auto"))
    .option("--json", "print JSON")
    .addHelpText("after", help)
    .action(tryPrompt);
}

/** An entry of the test data with what it is asked. */
interface Question {
  readonly values: VariableValues;
  readonly messages: readonly ChatMessage[];
}

/** What came of an entry: an answer, or why there is none. */
type Trial = Question &
  ({ readonly answer: ChatResult; readonly judgements: readonly Judgement[] } | { readonly error: string });

async function tryPrompt(file: string, options: Options): Promise<void> {
  const prompt = parsePromptFile(await readText(file), file);
  refuseSchema(prompt, file);
  const model = modelOf(prompt, file, options);
  const questions = questionsOf(prompt, file);
  const found = await backends.find(model);
  requireCapabilities(found, ["chatModel"], modelName(found.ref), "a prompt file");
  const { gpu, threads, contextSize } = options;
  const { signal, dispose } = cancelOnInterrupt();
  try {
    const opened = await found.open({ gpu, threads, contextSize, signal });
    try {
      const trials: Trial[] = [];
      for (const question of questions) {
        if (!options.json) output.line(`── ${trials.length + 1} of ${questions.length} ──`);
        trials.push(await tryOne(withCapabilities(opened, "chatModel"), prompt, question, { ...options, signal }));
      }
      report(prompt, trials, options);
    } finally {
      await opened.dispose();
    }
  } finally {
    dispose();
  }
}

/**
 * What is asked for each entry.
 * @throws ConfigurationError where there is no entry, or a variable of a message or an evaluator has no value: before the
 *   model is loaded
 */
function questionsOf({ messages, testData, evaluators = [] }: PromptFile, file: string): Question[] {
  if (testData?.length === 0) {
    throw new ConfigurationError("There is no entry under `testData`.", {
      place: { file, field: "testData" },
      hint: "Give one, or take the key out to ask the prompt as it is.",
    });
  }
  return (testData ?? [{}]).map((values) => {
    judgeAnswer(evaluators, "", values);
    return { values, messages: fillMessages(messages, values) };
  });
}

/** @throws ConfigurationError when answers would have to follow a schema: they would be taken for such that do */
function refuseSchema({ responseFormat }: PromptFile, file: string): void {
  if (responseFormat === undefined || responseFormat === "text") return;
  throw new ConfigurationError(`Answers in the form ${responseFormat} cannot be asked for yet.`, {
    place: { file, field: "responseFormat" },
    hint: "Take responseFormat out to see what the model answers without it.",
  });
}

function modelOf(prompt: PromptFile, file: string, options: Options): ReturnType<typeof parseModelRef> {
  if (options.model !== undefined) return parseModelRef(options.model);
  if (prompt.model !== undefined)
    return mapRefPath(parseModelRef(prompt.model), (path) => resolve(dirname(file), path));
  throw new ConfigurationError("The prompt file names no model.", {
    place: { file, field: "model" },
    hint: "Name one under `model`, or with --model.",
  });
}

async function tryOne(
  model: ChatModel,
  { modelParameters = {}, evaluators = [] }: PromptFile,
  question: Question,
  { seed, json, signal }: Options & { readonly signal: AbortSignal },
): Promise<Trial> {
  const { maxTokens, temperature = 0, topP } = modelParameters;
  const onText = json ? undefined : (piece: string) => output.piece(piece);
  try {
    const request = { messages: question.messages, maxTokens, sampling: { temperature, topP, seed } };
    const answer = await model.chat(request, { onText, signal });
    if (!json) output.line();
    if (answer.stopReason === "maxTokens") output.note("The answer was cut off at the most tokens that it may have.");
    return { ...question, answer, judgements: judgeAnswer(evaluators, answer.text, question.values) };
  } catch (error) {
    if (error instanceof CancelledError || !(error instanceof MedleyError)) throw error;
    process.exitCode = exitStatus.itemsFailed;
    const text = describeError(error);
    if (!json) output.note(text);
    return { ...question, error: text };
  }
}

/** How many answers each evaluator passes, with an interval; entries without an answer count as not passed. */
function report({ evaluators = [] }: PromptFile, trials: readonly Trial[], { json }: Options): void {
  const counts = evaluators.map(({ name, string }, index) => {
    if (string === undefined) return { evaluator: name };
    const passed = trials.filter((trial) => "judgements" in trial && trial.judgements[index]!.passed === true).length;
    return { evaluator: name, passed, n: trials.length, interval: wilsonInterval(passed, trials.length) };
  });
  if (json) return output.json({ trials, evaluators: counts });
  if (counts.length === 0) return;
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  output.line();
  output.table({
    columns: [textColumn("evaluator"), numberColumn("passed"), textColumn("95 % interval")],
    rows: counts.map(({ evaluator, passed, n, interval }) =>
      interval === undefined
        ? [evaluator, "not judged", ""]
        : [evaluator, `${passed} of ${n}`, `${percent(interval.low)} to ${percent(interval.high)}`],
    ),
  });
}
