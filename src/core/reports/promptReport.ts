import { describeLength, describeRequest, type ShownPrompt, type ShownToken } from "../evaluation/shownPrompt.ts";
import { escapeMarkdown } from "./table.ts";
import { Markdown } from "../markdown.ts";

/** Prompts as Markdown: text and tokens to the last character, each token between bars, ⏎ for a line break. */
export function promptReport(prompts: readonly ShownPrompt[]): string {
  return prompts.map(onePrompt).join("\n");
}

function onePrompt({ benchmark, item, draw, protocol, shots, request, right, tokens }: ShownPrompt): string {
  const facts = [
    `draw ${draw + 1}, protocol ${protocol}, ${shots.length} shots${shots.length === 0 ? "" : ` (${shots.join(", ")})`}`,
    `${describeRequest(request)}; right: ${right.join(", ")}`,
    ...(tokens === undefined ? [] : [describeLength(tokens)]),
  ];
  const parts = [
    `# ${escapeMarkdown(`${benchmark}, item ${item}`)}`,
    "",
    ...facts.map((fact) => `- ${escapeMarkdown(fact)}`),
    "",
    "## Prompt",
    "",
    codeBlock(request.context),
  ];
  if (request.scoring === "continuations") {
    const quoted = request.continuations.map((text) => JSON.stringify(request.delimiter + text));
    parts.push("## Continuations", "", codeBlock(quoted.join("\n")));
  }
  if (tokens !== undefined && tokens.problem === undefined) {
    parts.push("## Tokens of the prompt", "", codeBlock(bars(tokens.prompt)));
    if (tokens.continuations.length > 0) {
      parts.push("## Tokens of the continuations", "", codeBlock(tokens.continuations.map(bars).join("\n")));
    }
  }
  return parts.join("\n");
}

function bars(tokens: readonly ShownToken[]): string {
  return tokens.map(({ text }) => text.replaceAll("\n", "⏎\n")).join("|");
}

function codeBlock(text: string): string {
  return `${Markdown.codeBlock(text, "text").source}\n`;
}
