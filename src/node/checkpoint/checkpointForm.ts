import { holdsAny, refuseResult, type OutputForm } from "../runs/outputFolder.ts";

/** Small files of a checkpoint that go over to a merge as they are. */
export const tokenizerFiles: readonly string[] = [
  "tokenizer.json",
  "tokenizer_config.json",
  "special_tokens_map.json",
  "tokenizer.model",
  "added_tokens.json",
  "vocab.json",
  "merges.txt",
  "chat_template.jinja",
  "chat_template.json",
];
export const settingsFiles: readonly string[] = ["generation_config.json"];
/** All of them. */
export const copiedFiles: readonly string[] = [...tokenizerFiles, ...settingsFiles];
const weightFile = /^(?:model(?:-\d{5}-of-\d{5})?\.safetensors|model\.safetensors\.index\.json)$/;
/** Beside the weights: what would give a new model the vocabulary or the settings of an old one, or tell of its merge. */
const otherFiles: ReadonlySet<string> = new Set([...copiedFiles, "mergekit_config.yml", "mergekit_moe_config.yml"]);

/** A Hugging Face checkpoint. */
export const checkpointForm: OutputForm = {
  entry: "config.json",
  isResult: (name) => name === "config.json" || weightFile.test(name),
  isPart: (name) => otherFiles.has(name),
};

/** Whether a folder holds a checkpoint, by whomever it was made. */
export async function holdsModel(folder: string): Promise<boolean> {
  return await holdsAny(folder, checkpointForm);
}

/** @throws FileError when a folder that a merge is to write holds a model; an interrupted merge is none */
export async function refuseModel(folder: string): Promise<void> {
  await refuseResult(folder, checkpointForm);
}
