import { ConfigurationError } from "../../errors.ts";
import type { LoraAdapter } from "../../checkpoint/lora.ts";
import type { StoredTensor } from "../../checkpoint/safetensors.ts";
import { append } from "../../lists.ts";
import type { PlannedTensor } from "./mergePlan.ts";
import type { ModelFacts } from "../../checkpoint/modelFacts.ts";

/**
 * An adapter must fit its model: a vocabulary that was enlarged in training needs another `vocab_size` and the
 * tokenizer of that training, and a change of a tensor that the model does not store would be lost.
 * @param key how messages name the model with its adapter
 * @throws ConfigurationError when it does not fit
 */
export function checkAdapter(key: string, { adapter, tensors }: ModelFacts): void {
  if (adapter === undefined) return;
  for (const name of [...adapter.targets.keys(), ...adapter.replacements.keys()]) {
    const stored = storedAs(name, tensors);
    if (stored === undefined) {
      throw new ConfigurationError(`The adapter of ${key} changes ${name}, which the model does not store.`, {
        hint: "Fuse the adapter into the model with PEFT first, and merge the result.",
        place: { field: name },
      });
    }
    const rows = rowsOf(adapter, name);
    if (rows === undefined || rows === stored.shape[0]) continue;
    throw new ConfigurationError(
      `The adapter of ${key} was trained with another vocabulary: ${name} has ${rows} rows there, ${stored.shape[0]} in the model.`,
      {
        hint: "Fuse it into the model with PEFT, save the result with the adapter's tokenizer, and merge that.",
        place: { field: name },
      },
    );
  }
}

/** The tensor of this name, or of its end behind a dot: PEFT's names begin with those of the modules around the model. */
function storedAs(name: string, tensors: ModelFacts["tensors"]): StoredTensor | undefined {
  for (let end = name; ;) {
    const found = tensors.get(end);
    const dot = end.indexOf(".");
    if (found !== undefined || dot < 0) return found;
    end = end.slice(dot + 1);
  }
}

/** Rows of a weight as the adapter has it, where it says so. */
function rowsOf(adapter: LoraAdapter, name: string): number | undefined {
  const replacement = adapter.replacements.get(name);
  if (replacement !== undefined) return adapter.tensors.get(replacement)!.shape[0];
  const target = adapter.targets.get(name);
  return target?.kind === "embedding" ? adapter.tensors.get(target.a)!.shape[1] : undefined;
}

/**
 * What a user must know of a result whose config.json says more than its files hold.
 * @param changes to the donor's config.json
 */
export function resultWarnings(
  donor: string,
  { config, codeFiles }: ModelFacts,
  tensors: readonly PlannedTensor[],
  changes: Readonly<Record<string, unknown>>,
): string[] {
  const { architectures } = config;
  const document: Readonly<Record<string, unknown>> = { ...config.document, ...changes };
  const warnings: string[] = [];
  const isCausal = architectures[0]?.endsWith("ForCausalLM") === true;
  if (isCausal && document["tie_word_embeddings"] === false && !tensors.some(({ name }) => head.test(name))) {
    warnings.push(
      `config.json of ${donor} says tie_word_embeddings: false, but no model stores a head: transformers will fill it with random numbers.`,
    );
  }
  append(warnings, codeWarnings(donor, document["auto_map"], codeFiles));
  const rows = tensors.find(({ name }) => tokenEmbedding.test(name))?.shape[0];
  const declared: unknown = document["vocab_size"];
  if (rows !== undefined && typeof declared === "number" && rows > declared) {
    warnings.push(`The embeddings have ${rows} rows, config.json of ${donor} says vocab_size ${declared}.`);
  }
  return warnings;
}

/** `auto_map` names classes as `MODULE.CLASS`, of a file beside config.json, or as `ORG/REPOSITORY--MODULE.CLASS`. */
function codeWarnings(donor: string, autoMap: unknown, codeFiles: readonly string[] | undefined): string[] {
  const names = typeof autoMap === "object" && autoMap !== null ? Object.values(autoMap).flat() : [];
  const classes = names.filter((name) => typeof name === "string");
  const elsewhere = distinct(classes.filter((name) => name.includes("--")).map((name) => name.split("--")[0]!));
  const files = distinct(classes.filter((name) => !name.includes("--")).map((name) => `${name.split(".")[0]}.py`));
  const missing = codeFiles === undefined ? [] : files.filter((file) => !codeFiles.includes(file));
  const present = files.filter((file) => !missing.includes(file));
  const named = `config.json of ${donor} names code of its own (auto_map)`;
  return [
    ...(missing.length === 0
      ? []
      : [`${named}, but ${missing.join(", ")} is not there: neither that model nor the result loads with it.`]),
    ...(present.length === 0
      ? []
      : [`${named}, which a merge does not copy: copy ${present.join(", ")} beside the result.`]),
    ...(elsewhere.length === 0
      ? []
      : [`${named} of ${elsewhere.join(", ")}: transformers fetches it there when the result is loaded.`]),
  ];
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

const head = /(?:^|\.)(?:lm_head|embed_out|output)\.weight$/;
const tokenEmbedding = /(?:^|\.)(?:embed_tokens|wte|word_embeddings|embed_in)\.weight$/;
