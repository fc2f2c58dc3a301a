import { weightsOf } from "./architecture.ts";
import { attentionBiases, attentionWeights, decoder, gatedMlp, twoNorms } from "./llama.ts";

const prefix = "model.layers.{layer}.";
const feedForwardNorms = weightsOf(prefix, ["pre_feedforward_layernorm.weight", "post_feedforward_layernorm.weight"]);

/** Gemma 1: Llama's tensors, tied embeddings. */
export const gemma = decoder(
  "Gemma",
  ["GemmaForCausalLM"],
  [...twoNorms, ...attentionWeights, ...attentionBiases, ...gatedMlp],
);

/** Gemma 2: norms before and after the feed-forward block too. */
export const gemma2 = decoder(
  "Gemma 2",
  ["Gemma2ForCausalLM"],
  [...twoNorms, ...feedForwardNorms, ...attentionWeights, ...attentionBiases, ...gatedMlp],
);

/** Gemma 3 (text only): Gemma 2 with a norm on queries and keys. */
export const gemma3 = decoder(
  "Gemma 3",
  ["Gemma3ForCausalLM"],
  [
    ...twoNorms,
    ...feedForwardNorms,
    ...attentionWeights,
    ...attentionBiases,
    ...weightsOf(prefix, ["self_attn.q_norm.weight", "self_attn.k_norm.weight"]),
    ...gatedMlp,
  ],
);
