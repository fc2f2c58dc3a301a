import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { ByModel } from "../../core/checkpoint/byModel.ts";
import { editModelConfig } from "../../core/checkpoint/modelConfig.ts";
import { formatSafetensorsIndex } from "../../core/checkpoint/safetensorsIndex.ts";
import { shardFileName, tensorBytes } from "../../core/checkpoint/safetensorsWriter.ts";
import type { MergePlan } from "../../core/merge/plan/mergePlan.ts";
import type { MergeMethod } from "../../core/merge/methods/method.ts";
import { modelCard } from "../../core/merge/modelCard.ts";
import { mergedTokenizerConfig, resolveChatTemplate } from "../../core/tokenizer/tokenizerFiles.ts";
import { readOptional } from "../checkpoint/checkpoint.ts";
import type { OutputFolder } from "../runs/outputFolder.ts";
import { settingsFiles, tokenizerFiles } from "../checkpoint/checkpointForm.ts";
import type { OpenedModel } from "../checkpoint/openModels.ts";
import { parseJson } from "../../core/json.ts";

/** Files that fix the old vocabulary, so that they may not stand beside a merged tokenizer.json. */
const vocabularyFiles = ["tokenizer.json", "tokenizer.model", "added_tokens.json", "vocab.json", "merges.txt"];
const largestSmallFile = 256 << 20;

/** Writes everything of a checkpoint but the weights. */
export async function writeModelFiles(
  plan: MergePlan,
  method: MergeMethod,
  models: ByModel<OpenedModel>,
  output: OutputFolder,
  configurationText: string,
): Promise<void> {
  const donor = models.of(plan.donor);
  if (plan.shards.length > 1) await output.writeFile("model.safetensors.index.json", formatIndex(plan));
  await writeTokenizer(plan, models, output);
  await copy(donor, settingsFiles, output);
  await output.writeFile("README.md", modelCard(plan, method, basename(output.folder), configurationText));
  const saved =
    plan.architecture === "Mixtral" && plan.merge.modules.length === 0
      ? "mergekit_moe_config.yml"
      : "mergekit_config.yml";
  await output.writeFile(saved, configurationText);
  await output.writeFile("config.json", editModelConfig(donor.checkpoint.configText, plan.configChanges));
}

function formatIndex(plan: MergePlan): string {
  const total = plan.tensors.reduce((sum, tensor) => sum + tensorBytes(tensor), 0);
  const entries = plan.shards.flatMap((shard, index) =>
    shard.map(({ name }) => [name, shardFileName(index, plan.shards.length)] as const),
  );
  return formatSafetensorsIndex(total, new Map(entries));
}

async function writeTokenizer(plan: MergePlan, models: ByModel<OpenedModel>, output: OutputFolder): Promise<void> {
  const { tokenizer, merge } = plan;
  const donor = models.of(tokenizer?.donor ?? plan.donor);
  const kept =
    tokenizer === undefined ? tokenizerFiles : tokenizerFiles.filter((name) => !vocabularyFiles.includes(name));
  const template =
    merge.chatTemplate === undefined ? undefined : resolveChatTemplate(merge.chatTemplate, await chatTemplates(models));
  const ownTemplate = ["chat_template.jinja", "chat_template.json"];
  const names = template === undefined ? kept : kept.filter((name) => !ownTemplate.includes(name));
  await copy(donor, names, output);
  if (tokenizer !== undefined) await output.writeFile("tokenizer.json", tokenizer.tokenizerJson);
  const config = await readOptional(donor.checkpoint.folder, "tokenizer_config.json");
  if (config !== undefined && (tokenizer !== undefined || template !== undefined)) {
    const file = join(donor.checkpoint.folder, "tokenizer_config.json");
    await output.writeFile(
      "tokenizer_config.json",
      mergedTokenizerConfig(config, file, tokenizer?.tokenizerJson, template),
    );
  }
  if (template !== undefined) await output.writeFile("chat_template.jinja", template);
}

/** The models' own chat templates, in document order. */
async function chatTemplates(models: ByModel<OpenedModel>): Promise<string[]> {
  const templates: string[] = [];
  for (const { checkpoint } of models.values()) {
    const separate = await readOptional(checkpoint.folder, "chat_template.jinja");
    const config = await readOptional(checkpoint.folder, "tokenizer_config.json");
    const inside = config === undefined ? undefined : (parseJson(config) as { chat_template?: unknown }).chat_template;
    const template = separate ?? (typeof inside === "string" ? inside : undefined);
    if (template !== undefined) templates.push(template);
  }
  return templates;
}

async function copy({ checkpoint }: OpenedModel, names: readonly string[], output: OutputFolder): Promise<void> {
  const present = new Set(await readdir(checkpoint.folder));
  for (const name of names) {
    if (!present.has(name)) continue;
    const { size } = await stat(join(checkpoint.folder, name));
    if (size <= largestSmallFile) await output.copyFile(join(checkpoint.folder, name), name);
  }
}
