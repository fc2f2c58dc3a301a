import { parseModelConfig } from "../../src/core/checkpoint/modelConfig.ts";
import {
  formatModelReference,
  parseModelReference,
  type ModelReference,
} from "../../src/core/checkpoint/modelReference.ts";
import type { FactsLookup, FactsResult, ModelFacts } from "../../src/core/checkpoint/modelFacts.ts";
import { openModel } from "../../src/node/checkpoint/openModels.ts";
import { unpackModels } from "./mergeFixtures.ts";

const fixtures = [
  ..."base ft_a ft_b ft_c alt deep wide incomplete tied padded vocab_plus vocab_other".split(" "),
  ..."f16_a f16_b f16_base f32_a f32_b f32_base gpt2_a gpt2_base mixtral_a mixtral_b mixtral_base".split(" "),
  ..."qwen_a qwen_b qwen_base".split(" "),
].map((name) => `models/${name}`);
const adapters = ["models/base+models/lora_a", "models/base+models/lora_rs", "models/base+models/lora_pat"];

/** Facts of the fixture models, and of some that no folder is needed for. */
export async function fixtureFacts(): Promise<FactsLookup> {
  const folder = await unpackModels();
  const known = new Map<string, ModelFacts>();
  for (const name of [...fixtures, ...adapters]) {
    const { facts } = await openModel(parseModelReference(name), { folder });
    known.set(name, facts);
  }
  for (const [name, changes] of Object.entries(invented)) {
    const document = { architectures: ["LlamaForCausalLM"], ...changes };
    known.set(name, { config: parseModelConfig(JSON.stringify(document), name), tensors: new Map() });
  }
  return (reference: ModelReference): FactsResult => {
    const facts = known.get(formatModelReference(reference));
    return facts === undefined ? { state: "missing" } : { state: "known", facts };
  };
}

/** Models that error cases name without describing them. */
const invented: Readonly<Record<string, Record<string, unknown>>> = {
  "org/vision-language-model": { architectures: ["LlavaForConditionalGeneration"], text_config: {}, vision_config: {} },
  "org/model-4bit": { quantization_config: { quant_method: "bitsandbytes" } },
  "org/unknown-a": { architectures: ["NewForCausalLM"] },
  "org/unknown-b": { architectures: ["NewForCausalLM"] },
};
