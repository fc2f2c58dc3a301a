import { languageHead, tokenEmbedding, weightsOf, type Architecture } from "./architecture.ts";
import { attentionWeights, twoNorms } from "./llama.ts";

const prefix = "model.layers.{layer}.";

/**
 * Mixtral: a router and `num_local_experts` gated MLPs a layer. Checkpoints store one tensor an expert
 * (`block_sparse_moe.experts.N.w1`), newer ones all experts in one tensor (`mlp.experts.gate_up_proj`); a merge keeps
 * the layout of its inputs.
 */
export const mixtral: Architecture = {
  name: "Mixtral",
  classes: ["MixtralForCausalLM"],
  layerCountKey: "num_hidden_layers",
  weights(config, storedNames) {
    const fused = storedNames.has("model.layers.0.mlp.experts.gate_up_proj");
    const experts = config.integer("num_local_experts") ?? 8;
    const moe = fused
      ? weightsOf(prefix, ["mlp.gate.weight", "mlp.experts.gate_up_proj", "mlp.experts.down_proj"])
      : [
          ...weightsOf(prefix, ["block_sparse_moe.gate.weight"]),
          ...Array.from({ length: experts }, (_, expert) =>
            weightsOf(`${prefix}block_sparse_moe.experts.${expert}.`, ["w1.weight", "w2.weight", "w3.weight"]),
          ).flat(),
        ];
    return {
      before: [tokenEmbedding],
      layer: [...twoNorms, ...attentionWeights, ...moe],
      after: [{ name: "model.norm.weight" }, languageHead],
    };
  },
};
