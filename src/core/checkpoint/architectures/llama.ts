import { languageHead, tokenEmbedding, weightsOf, type Architecture, type WeightTemplate } from "./architecture.ts";

const prefix = "model.layers.{layer}.";

export const attentionWeights = weightsOf(prefix, [
  "self_attn.q_proj.weight",
  "self_attn.k_proj.weight",
  "self_attn.v_proj.weight",
  "self_attn.o_proj.weight",
]);
export const attentionBiases = weightsOf(
  prefix,
  ["self_attn.q_proj.bias", "self_attn.k_proj.bias", "self_attn.v_proj.bias", "self_attn.o_proj.bias"],
  { optional: true },
);
export const gatedMlp = weightsOf(prefix, ["mlp.gate_proj.weight", "mlp.up_proj.weight", "mlp.down_proj.weight"]);
export const twoNorms = weightsOf(prefix, ["input_layernorm.weight", "post_attention_layernorm.weight"]);

/** A decoder with Llama's names outside the layers. */
export function decoder(name: string, classes: readonly string[], layer: readonly WeightTemplate[]): Architecture {
  const weights = { before: [tokenEmbedding], layer, after: [{ name: "model.norm.weight" }, languageHead] };
  return { name, classes, layerCountKey: "num_hidden_layers", weights: () => weights };
}

/** Llama and Mistral: same tensors; biases exist only in variants (`attention_bias`, `mlp_bias`). */
export const llama = decoder(
  "Llama / Mistral",
  ["LlamaForCausalLM", "MistralForCausalLM"],
  [
    ...twoNorms,
    ...attentionWeights,
    ...attentionBiases,
    ...gatedMlp,
    ...weightsOf(prefix, ["mlp.gate_proj.bias", "mlp.up_proj.bias", "mlp.down_proj.bias"], { optional: true }),
  ],
);
