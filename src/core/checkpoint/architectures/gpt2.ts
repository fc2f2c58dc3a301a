import type { Architecture, WeightTemplate } from "./architecture.ts";

/** Older checkpoints store the names without the prefix `transformer.`. */
function weight(name: string, extra: Partial<WeightTemplate> = {}): WeightTemplate {
  return { name: `transformer.${name}`, aliases: [name], ...extra };
}

const layerNames = ["ln_1", "ln_2", "attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj"];

/** GPT-2, with learned positions; the head is tied to the token embedding unless a checkpoint stores one. */
export const gpt2: Architecture = {
  name: "GPT-2",
  classes: ["GPT2LMHeadModel"],
  layerCountKey: "n_layer",
  weights: () => ({
    before: [weight("wte.weight", { embedding: true }), weight("wpe.weight")],
    layer: layerNames.flatMap((name) => [weight(`h.{layer}.${name}.weight`), weight(`h.{layer}.${name}.bias`)]),
    after: [
      weight("ln_f.weight"),
      weight("ln_f.bias"),
      { name: "lm_head.weight", optional: true, embedding: true, tiedTo: "transformer.wte.weight" },
    ],
  }),
};
