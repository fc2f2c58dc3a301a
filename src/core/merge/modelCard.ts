import { formatModelReference } from "../checkpoint/modelReference.ts";
import type { MergePlan } from "./plan/mergePlan.ts";
import type { MergeMethod } from "./methods/method.ts";
import { Markdown } from "../markdown.ts";

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

${Markdown.codeBlock(configurationText.trimEnd(), "yaml").source}
`;
}

function code(text: string): string {
  return `\`${text.replaceAll("`", "'")}\``;
}
