import { InvalidArgumentError, Option, type Command } from "commander";
import {
  requireCapabilities,
  withCapabilities,
  type ChatMessage,
  type ChatModel,
} from "../core/models/languageModel.ts";
import { gpuSchema, type Gpu } from "../core/models/loadSettings.ts";
import { modelName, parseModelRef } from "../core/models/modelRef.ts";
import { backends } from "../node/backends/registry.ts";
import { cancelOnInterrupt } from "./interrupt.ts";
import { output } from "./output.ts";
import { parseContextSize, parseCount, parseSeed, parseTokens } from "./parseSizes.ts";

interface Options {
  readonly system?: string;
  readonly maxTokens?: number;
  readonly temperature: number;
  readonly seed: number;
  readonly contextSize?: number;
  readonly threads?: number;
  readonly gpu: Gpu;
  readonly showPrompt?: boolean;
  readonly json?: boolean;
}

const help = `
The model's own chat template is applied; --show-prompt shows what comes of it. The answer goes to stdout while it is
generated, how many tokens it took to stderr.

Example:
  medley chat model.gguf "What is metformin used for?" --system "Answer in one sentence."`;

export function chatCommand(program: Command): void {
  program
    .command("chat")
    .summary("ask a model one question")
    .description(
      "Asks a chat model one question, by its own chat template, and prints the answer while it is generated.",
    )
    .argument("<model>", "path of a GGUF file")
    .argument("<text>", "the question")
    .option("--system <text>", "system message in front of it")
    .option("--max-tokens <number>", "most tokens of the answer; what the context has left", parseTokens)
    .option("--temperature <number>", "0 takes the most probable token each time", parseTemperature, 0)
    .option("--seed <number>", "seed of the draws, above temperature 0", parseSeed, 1234)
    .option("--context-size <tokens>", "context to load the model with; its own, at most 4096", parseContextSize)
    .option("--threads <number>", "processor threads; as many as make it fastest", parseCount)
    .addOption(new Option("--gpu <device>", "where it runs").choices(gpuSchema.options).default("auto"))
    .option("--show-prompt", "show the prompt that the template makes, and generate nothing")
    .option("--json", "print JSON")
    .addHelpText("after", help)
    .action(chat);
}

async function chat(model: string, text: string, options: Options): Promise<void> {
  const found = await backends.find(parseModelRef(model));
  requireCapabilities(found, ["chatModel"], modelName(found.ref), "a chat");
  const { gpu, threads, contextSize } = options;
  const { signal, dispose } = cancelOnInterrupt();
  try {
    const opened = await found.open({ gpu, threads, contextSize, signal });
    try {
      const messages: ChatMessage[] = [{ role: "user", content: text }];
      if (options.system !== undefined) messages.unshift({ role: "system", content: options.system });
      const chatModel = withCapabilities(opened, "chatModel");
      if (options.showPrompt === true) await showPrompt(chatModel, messages, options);
      else await answer(chatModel, messages, options, signal);
    } finally {
      await opened.dispose();
    }
  } finally {
    dispose();
  }
}

async function showPrompt(model: ChatModel, messages: readonly ChatMessage[], { json }: Options): Promise<void> {
  const rendered = await model.renderChat?.(messages);
  if (rendered === undefined) return output.note("The model's server does not show what it makes of a conversation.");
  if (json === true) return output.json(rendered);
  output.line(rendered.text);
  output.note(`${rendered.tokens.length} tokens`);
}

async function answer(
  model: ChatModel,
  messages: readonly ChatMessage[],
  { maxTokens, temperature, seed, json = false }: Options,
  signal: AbortSignal,
): Promise<void> {
  const onText = json ? undefined : (piece: string) => output.piece(piece);
  const request = { messages, maxTokens, sampling: { temperature, seed } };
  const result = await model.chat(request, { onText, signal });
  if (json) return output.json(result);
  output.line();
  const cut = result.stopReason === "maxTokens" ? "; the answer was cut off there" : "";
  output.note(`${result.promptTokens} tokens of prompt, ${result.tokens} of answer${cut}`);
}

function parseTemperature(text: string): number {
  const temperature = Number(text);
  if (text.trim() === "" || !(temperature >= 0 && temperature <= 10)) {
    throw new InvalidArgumentError("Give a number from 0 to 10.");
  }
  return temperature;
}
