import { formatModelReference } from "./config/modelReference.ts";
import type { MergePlan } from "./mergePlan.ts";
import type { MergeMethod } from "./methods/method.ts";

/**
 * README.md of a merged model: what it was made from and how, so that it can be made again.
 * @param title usually the name of the output folder
 * @param configurationText the configuration as the user wrote it
 */
export function modelCard(plan: MergePlan, method: MergeMethod, title: string, configurationText: string): string {
  const names = plan.models.map(formatModelReference);
  const base = plan.merge.base === undefined ? undefined : formatModelReference(plan.merge.base);
  const seed = plan.usesRandomness ? `Random seed: ${plan.options.seed}.\n\n` : "";
  return `---
base_model:
${names.map((name) => `- ${JSON.stringify(name)}`).join("\n")}
library_name: transformers
tags:
- mergekit
- merge
---
# ${title}

A merge of language models.

## Method

\`${method.name}\`: ${method.summary}
${base === undefined ? "" : `\nBase model: ${code(base)}.\n`}
${seed}## Models

${names
  .filter((name) => name !== base || names.length === 1)
  .map((name) => `- ${code(name)}`)
  .join("\n")}

## Configuration

${fenced(configurationText.trimEnd(), "yaml")}
`;
}

function code(text: string): string {
  return `\`${text.replaceAll("`", "'")}\``;
}

/** A fence longer than any run of backticks in the text. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
