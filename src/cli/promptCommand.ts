import type { Command } from "commander";
import { describeLength, describeRequest, type ShownPrompt, type ShownToken } from "../core/evaluation/shownPrompt.ts";
import { defaultDataFolder } from "../node/benchmarks/dataFolder.ts";
import { describePrompts } from "../node/evaluation/describePrompts.ts";
import { addEvaluationOptions, readPromptConfiguration, type EvaluationOptions } from "./evaluationOptions.ts";
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
  const limit = options.items === undefined ? "1" : undefined;
  const given = await readPromptConfiguration(file, { limit, ...options });
  const shown = await describePrompts(given, process.cwd(), defaultDataFolder());
  if (options.json) output.json(shown);
  else for (const prompt of shown) print(prompt);
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

function bars(tokens: readonly ShownToken[]): string {
  return tokens.map(({ text }) => printable(text.replaceAll("\n", "⏎")).replaceAll("⏎", "⏎\n")).join("|");
}

/** Line breaks stay; other control characters are shown. */
function printableText(text: string): string {
  return text.split("\n").map(printable).join("\n");
}
