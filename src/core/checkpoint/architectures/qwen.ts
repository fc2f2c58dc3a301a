import { weightsOf } from "./architecture.ts";
import { attentionBiases, attentionWeights, decoder, gatedMlp, twoNorms } from "./llama.ts";

/** Qwen2 and Qwen2.5: Llama with biases on the query, key and value projections. */
export const qwen2 = decoder(
  "Qwen2",
  ["Qwen2ForCausalLM"],
  [
    ...twoNorms,
    ...attentionWeights,
    ...attentionBiases.map(({ name }) => ({ name, optional: name.includes("o_proj") })),
    ...gatedMlp,
  ],
);

/** Qwen3 (dense): no biases, a norm on queries and keys. */
export const qwen3 = decoder(
  "Qwen3",
  ["Qwen3ForCausalLM"],
  [
    ...twoNorms,
    ...attentionWeights,
    ...attentionBiases,
    ...weightsOf("model.layers.{layer}.", ["self_attn.q_norm.weight", "self_attn.k_norm.weight"]),
    ...gatedMlp,
  ],
);
