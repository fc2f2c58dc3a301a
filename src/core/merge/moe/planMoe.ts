import { ConfigurationError } from "../../errors.ts";
import { splitIntoShards, tensorBytes } from "../../checkpoint/safetensorsWriter.ts";
import { layerName } from "../../checkpoint/architectures/architecture.ts";
import { llama } from "../../checkpoint/architectures/llama.ts";
import type { Merge } from "../config/merge.ts";
import { readReference } from "../config/merge.ts";
import { formatModelReference, type ModelKey, type ModelReference } from "../../checkpoint/modelReference.ts";
import type { WorkDtype } from "../../checkpoint/dtype.ts";
import type { MergePlan, PlannedInput, PlannedTensor, PlanOptions } from "../plan/mergePlan.ts";
import { passthrough } from "../methods/passthrough.ts";
import type { ModelConfig } from "../../checkpoint/modelConfig.ts";
import type { ModelFacts } from "../../checkpoint/modelFacts.ts";
import type { ByModel } from "../../checkpoint/byModel.ts";
import { findLoraChange } from "../../checkpoint/lora.ts";
import { readDtype } from "../plan/planTensors.ts";
import { encodeTensor } from "./gates.ts";
import { moeModels, type MoeConfiguration } from "./moeConfiguration.ts";
import { append, largest } from "../../lists.ts";

/** Names of a dense MLP and of the expert that it becomes. */
const expertWeights = [
  ["mlp.gate_proj.weight", "w1.weight"],
  ["mlp.down_proj.weight", "w2.weight"],
  ["mlp.up_proj.weight", "w3.weight"],
] as const;

/**
 * Plans a Mixtral-shaped model: everything from the base model but the MLPs, which are those of the experts, and a router.
 * @param gate router weights [experts, hidden] of a layer
 * @throws ConfigurationError when the models are not Llama- or Mistral-shaped or do not fit together
 */
export function planMoe(
  configuration: MoeConfiguration,
  facts: ByModel<ModelFacts>,
  options: PlanOptions,
  gate: (layer: number) => Float32Array,
): MergePlan {
  const models = moeModels(configuration);
  const planner = new MoePlanner(configuration, models, facts, options);
  const tensors = planner.tensors(gate);
  const base = models[0]!;
  const merge: Merge = { method: passthrough.name, base, models, modules: [] };
  const bytesToWrite = tensors.reduce((sum, tensor) => sum + tensorBytes(tensor), 0);
  const powerOfTwo = Number.isInteger(Math.log2(configuration.experts.length));
  return {
    merge,
    method: passthrough.name,
    architecture: "Mixtral",
    options,
    models,
    donor: base,
    tensors,
    shards: splitIntoShards(tensors, options.outShardSize),
    configChanges: planner.configChanges(tensors),
    bytesToRead: tensors.reduce((sum, { bytesRead }) => sum + bytesRead, 0),
    bytesToWrite,
    largestTask: largest(tensors.map(({ memory }) => memory)),
    estimatedSeconds: (2 * bytesToWrite) / 500e6,
    usesRandomness:
      configuration.gate_mode !== "cheap_embed" || configuration.experts.some((expert) => expert.noise_scale),
    warnings: powerOfTwo ? [] : [`${configuration.experts.length} is not a power of two, which llama.cpp asks for.`],
  };
}

/**
 * What a dense model's config.json leaves to the defaults of its class in transformers and Mixtral's class would read
 * otherwise: files of older versions lack some of it.
 */
function impliedSettings({ document, modelType, integer }: ModelConfig): Record<string, unknown> {
  const isMistral = modelType === "mistral";
  const implied = {
    num_key_value_heads: isMistral ? 8 : integer("num_attention_heads"),
    max_position_embeddings: isMistral ? 131072 : 2048,
    rms_norm_eps: 1e-6,
    ...("rope_parameters" in document ? {} : { rope_theta: 10000 }),
    ...(isMistral ? { sliding_window: 4096 } : {}),
  };
  return Object.fromEntries(Object.entries(implied).filter(([key]) => !(key in document)));
}

class MoePlanner {
  private readonly keys: readonly ModelKey[];
  private readonly dtype: WorkDtype | undefined;
  private readonly layers: number;
  private readonly hidden: number;

  constructor(
    private readonly configuration: MoeConfiguration,
    models: readonly ModelReference[],
    private readonly facts: ByModel<ModelFacts>,
    private readonly options: PlanOptions,
  ) {
    this.keys = models.map(formatModelReference);
    this.dtype = readDtype(configuration.dtype, "dtype");
    const { config } = this.base;
    this.layers = config.integer("num_hidden_layers") ?? 0;
    this.hidden = config.integer("hidden_size") ?? 0;
    this.checkModels();
  }

  private get base(): ModelFacts {
    return this.facts.of(this.keys[0]!);
  }

  private checkModels(): void {
    for (const key of this.keys) {
      const { config, tensors } = this.facts.of(key);
      if (!llama.classes.includes(config.architectures[0] ?? "")) {
        throw new ConfigurationError(`${key} is ${config.architectures[0]}; experts must be Llama- or Mistral-shaped.`);
      }
      for (const name of ["hidden_size", "intermediate_size", "num_hidden_layers"]) {
        if (config.integer(name) === this.base.config.integer(name)) continue;
        throw new ConfigurationError(
          `${key} has ${name} ${config.integer(name)}, ${this.keys[0]} has ${this.base.config.integer(name)}.`,
          { hint: "The experts and the base model must have the same shape.", place: { field: "experts" } },
        );
      }
      const bias = [...tensors.keys()].find((name) => /\.(?:self_attn|mlp)\..*\.bias$/.test(name));
      if (bias !== undefined) throw new ConfigurationError(`${key} has ${bias}; the Mixtral layout has no biases.`);
    }
  }

  tensors(gate: (layer: number) => Float32Array): PlannedTensor[] {
    const weights = llama.weights(this.base.config, new Set());
    const isStored = (name: string) => this.base.tensors.has(name);
    const outside = [...weights.before, ...weights.after].map(({ name }) => name).filter(isStored);
    const planned = outside.map((name) => this.copy(name, 0, name));
    for (let layer = 0; layer < this.layers; layer++) {
      const dense = weights.layer
        .filter(({ name }) => !name.includes(".mlp."))
        .map(({ name }) => layerName(name, layer));
      append(
        planned,
        dense.filter(isStored).map((name) => this.copy(name, 0, name)),
      );
      planned.push(this.gate(layer, gate(layer)));
      append(planned, this.experts(layer));
    }
    return planned.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  private experts(layer: number): PlannedTensor[] {
    const at = `model.layers.${layer}.`;
    return this.configuration.experts.flatMap((expert, index) => {
      const model = this.keys.indexOf(formatModelReference(readReference(expert.source_model)));
      return expertWeights.map(([dense, name]) => {
        const scale = name === "w2.weight" ? (expert.residual_scale ?? null) : null;
        const noise = expert.noise_scale === undefined || expert.noise_scale === 0 ? undefined : expert.noise_scale;
        return this.copy(`${at}block_sparse_moe.experts.${index}.${name}`, model, at + dense, scale, noise);
      });
    });
  }

  private copy(
    name: string,
    model: number,
    storedName: string,
    scale: number | null = null,
    noise?: number,
  ): PlannedTensor {
    const facts = this.facts.of(this.keys[model]!);
    const { target, replacement } = findLoraChange(facts.adapter, [storedName]);
    const stored =
      (replacement === undefined ? undefined : facts.adapter!.tensors.get(replacement)) ??
      facts.tensors.get(storedName);
    if (stored === undefined) throw new ConfigurationError(`${this.keys[model]} lacks the tensor ${storedName}.`);
    const output = this.dtype ?? this.storedType(stored.dtype, storedName);
    const input: PlannedInput = {
      model,
      storedName,
      dtype: stored.dtype,
      shape: stored.shape,
      isBase: false,
      parameters: { scale },
      ...(target === undefined ? {} : { lora: target }),
      ...(replacement === undefined ? {} : { replacement }),
      ...(noise === undefined ? {} : { noise: { scale: noise, seed: this.seedOf(name) } }),
    };
    const outline = {
      name,
      shape: stored.shape,
      inputs: [{ model: this.keys[model]!, isBase: false, parameters: input.parameters }],
      parameters: {},
      numerics: this.options.numerics,
      workDtype: output,
      outputDtype: output,
    };
    return {
      name,
      shape: stored.shape,
      dtype: output,
      work: { dtype: output, output },
      inputs: [input],
      parameters: {},
      usesRowMaps: false,
      memory: passthrough.memory(outline),
      bytesRead: tensorBytes(stored),
    };
  }

  private storedType(dtype: string, name: string): WorkDtype {
    if (dtype === "BF16" || dtype === "F16" || dtype === "F32") return dtype;
    throw new ConfigurationError(`${name} is stored as ${dtype}, which an expert cannot have.`);
  }

  /** A seed of its own for the noise of every tensor, so that their order does not matter. */
  private seedOf(name: string): number {
    let hash = this.options.seed;
    for (const character of name) hash = (Math.imul(hash ^ character.codePointAt(0)!, 16777619) ^ (hash >>> 13)) >>> 0;
    return hash;
  }

  private gate(layer: number, values: Float32Array): PlannedTensor {
    const first = this.base.tensors.values().next().value!;
    const dtype = this.dtype ?? this.storedType(first.dtype, "the router");
    return {
      name: `model.layers.${layer}.block_sparse_moe.gate.weight`,
      shape: [this.configuration.experts.length, this.hidden],
      dtype,
      inputs: [],
      parameters: {},
      usesRowMaps: false,
      memory: 0,
      bytesRead: 0,
      data: encodeTensor(values, dtype),
    };
  }

  configChanges(tensors: readonly PlannedTensor[]): Record<string, unknown> {
    const { document } = this.base.config;
    const name = { BF16: "bfloat16", F16: "float16", F32: "float32" }[tensors[0]!.work?.output ?? "BF16"];
    return {
      ...impliedSettings(this.base.config),
      architectures: ["MixtralForCausalLM"],
      model_type: "mixtral",
      num_local_experts: this.configuration.experts.length,
      num_experts_per_tok: this.configuration.experts_per_token,
      ["dtype" in document ? "dtype" : "torch_dtype"]: name,
    };
  }
}
