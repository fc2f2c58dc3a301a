import { weightsOf } from "./architecture.ts";
import { decoder, twoNorms } from "./llama.ts";

/** Phi-3: query, key and value in one tensor, gate and up projection in another. */
export const phi3 = decoder(
  "Phi-3",
  ["Phi3ForCausalLM"],
  [
    ...twoNorms,
    ...weightsOf("model.layers.{layer}.", [
      "self_attn.qkv_proj.weight",
      "self_attn.o_proj.weight",
      "mlp.gate_up_proj.weight",
      "mlp.down_proj.weight",
    ]),
  ],
);
