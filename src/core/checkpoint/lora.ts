import { z } from "zod";
import { DataError, type Place } from "../errors.ts";
import { parseJsonFile } from "./jsonFile.ts";
import type { StoredTensor } from "./safetensors.ts";
import { ForeignPattern } from "../patterns/foreignPattern.ts";
import { UnsupportedPattern } from "../patterns/parsePattern.ts";

const adapterConfigSchema = z
  .object({
    peft_type: z.string(),
    r: z.number().int().positive(),
    lora_alpha: z.number(),
    use_rslora: z.boolean().nullish(),
    use_dora: z.boolean().nullish(),
    fan_in_fan_out: z.boolean().nullish(),
    rank_pattern: z.record(z.string(), z.number().int().positive()).nullish(),
    alpha_pattern: z.record(z.string(), z.number()).nullish(),
    layer_replication: z.array(z.unknown()).nullish(),
    megatron_config: z.unknown().nullish(),
  })
  .loose();

/** How an adapter changes one weight. Names are those in the adapter's file. */
export interface LoraTarget {
  /** `linear`: W + scale · B·A. `embedding`: W + scale · (B·A)ᵀ, with A over the vocabulary. */
  readonly kind: "linear" | "embedding";
  readonly a: string;
  readonly b: string;
  readonly rank: number;
  /** α/r, or α/√r for a rank-stabilised adapter. */
  readonly scale: number;
  /** W is stored as [in, out] (Conv1D of GPT-2), so that (B·A)ᵀ is added. */
  readonly transposed: boolean;
  /** DoRA's magnitude vector: the rows of W + ΔW are scaled to these norms. */
  readonly magnitude?: string;
}

/** A LoRA adapter by its configuration and the header of its file. */
export interface LoraAdapter {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** By the name of the weight that is changed, for example `model.layers.0.self_attn.q_proj.weight`. */
  readonly targets: ReadonlyMap<string, LoraTarget>;
  /** Weights that were trained in full and replace the model's (`modules_to_save`, trained biases). */
  readonly replacements: ReadonlyMap<string, string>;
}

const prefix = "base_model.model.";

/**
 * Reads what an adapter does from `adapter_config.json` and the tensors of `adapter_model.safetensors`.
 * @param folder how messages name the adapter
 * @throws DataError on another kind of adapter, on unknown or incomplete tensors and on ranks that do not agree
 */
export function readLoraAdapter(
  configText: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  folder: string,
): LoraAdapter {
  const config = parseConfig(configText, folder);
  const targets = new Map<string, LoraTarget>();
  const replacements = new Map<string, string>();
  for (const stored of tensors.keys()) {
    const name = stored.startsWith(prefix) ? stored.slice(prefix.length) : stored;
    const match = /^(.*)\.lora_(embedding_)?A(?:\.weight)?$/.exec(name);
    if (match !== null) {
      const [, module, embedding] = match as unknown as [string, string, string | undefined];
      targets.set(
        `${module}.weight`,
        readTarget({ config, tensors, folder }, module, stored, embedding === undefined ? "linear" : "embedding"),
      );
    } else if (!/\.lora_/.test(name)) {
      replacements.set(name.replace(".modules_to_save.default.", ".").replace(".base_layer.", "."), stored);
    }
  }
  if (targets.size === 0 && replacements.size === 0) {
    throw new DataError(`The adapter ${folder} changes no weight.`, { place: { file: folder } });
  }
  return { tensors, targets, replacements };
}

type AdapterConfig = z.infer<typeof adapterConfigSchema>;

function parseConfig(text: string, folder: string): AdapterConfig {
  const file = `${folder}/adapter_config.json`;
  const config = parseJsonFile(adapterConfigSchema, text, file);
  if (config.peft_type !== "LORA") {
    throw new DataError(`An adapter of type ${config.peft_type} cannot be fused; only LORA can.`, {
      place: { file, field: "peft_type" },
    });
  }
  if ((config.layer_replication ?? config.megatron_config ?? null) !== null) {
    throw new DataError("Adapters with layer_replication or megatron_config cannot be fused.", {
      place: { file },
    });
  }
  return config;
}

interface AdapterFiles {
  readonly config: AdapterConfig;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly folder: string;
}

/** @param a name of the tensor with the first factor */
function readTarget(
  { config, tensors, folder }: AdapterFiles,
  module: string,
  a: string,
  kind: LoraTarget["kind"],
): LoraTarget {
  const b = a.replace(/lora_(embedding_)?A/, (found) => `${found.slice(0, -1)}B`);
  const shapeA = tensors.get(a)!.shape;
  const shapeB = tensors.get(b)?.shape;
  const byPattern = (field: "rank_pattern" | "alpha_pattern"): number | undefined =>
    valueByPattern(config[field], module, { file: `${folder}/adapter_config.json`, field });
  const rank = byPattern("rank_pattern") ?? config.r;
  if (shapeB === undefined || shapeA.length !== 2 || shapeB.length !== 2 || shapeA[0] !== rank || shapeB[1] !== rank) {
    throw new DataError(
      `The adapter ${folder} is damaged: ${a} has shape [${shapeA.join(", ")}], ${b} ` +
        `${shapeB === undefined ? "is absent" : `[${shapeB.join(", ")}]`}; the configuration says rank ${rank}.`,
      { place: { file: folder, field: a } },
    );
  }
  const alpha = byPattern("alpha_pattern") ?? config.lora_alpha;
  const magnitude = [".lora_magnitude_vector", ".lora_magnitude_vector.weight"]
    .map((suffix) => a.replace(/\.lora_(embedding_)?A(?:\.weight)?$/, suffix))
    .find((name) => tensors.has(name));
  if (config.use_dora === true && magnitude === undefined) {
    throw new DataError(`The adapter ${folder} uses DoRA but has no magnitude vector for ${module}.`, {
      place: { file: folder, field: module },
    });
  }
  return {
    kind,
    a,
    b,
    rank,
    scale: config.use_rslora === true ? alpha / Math.sqrt(rank) : alpha / rank,
    transposed: config.fan_in_fan_out === true,
    ...(magnitude === undefined ? {} : { magnitude }),
  };
}

/**
 * PEFT's rule: a pattern fits a module whose name is, or after a dot ends with, it. Patterns may be regular expressions.
 * @throws DataError when one of them cannot be read
 */
function valueByPattern(
  patterns: Readonly<Record<string, number>> | null | undefined,
  module: string,
  place: Place,
): number | undefined {
  for (const [pattern, value] of Object.entries(patterns ?? {})) {
    if (module === pattern || module.endsWith(`.${pattern}`)) return value;
    if (/[*+?()[\]{}|^$\\]/.test(pattern) && fits(pattern, module, place)) return value;
  }
  return undefined;
}

function fits(pattern: string, module: string, place: Place): boolean {
  try {
    return new ForeignPattern(`^(?:.*\\.)?(?:${pattern})$`).test(module);
  } catch (cause) {
    if (!(cause instanceof UnsupportedPattern)) throw cause;
    throw new DataError(`The pattern ${JSON.stringify(pattern)} cannot be applied to module names: ${cause.message}.`, {
      place,
      hint: "Name the modules in full, or write a simpler pattern.",
      cause,
    });
  }
}

/** The change that an adapter makes to a weight, by the weight's name in the table or in the model's files. */
export function findLoraChange(
  adapter: LoraAdapter | undefined,
  names: readonly string[],
): { readonly target?: LoraTarget; readonly replacement?: string } {
  for (const name of names) {
    const target = adapter?.targets.get(name);
    const replacement = adapter?.replacements.get(name);
    if (target === undefined && replacement === undefined) continue;
    return { ...(target === undefined ? {} : { target }), ...(replacement === undefined ? {} : { replacement }) };
  }
  return {};
}
