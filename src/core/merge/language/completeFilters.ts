import { snippetText, yamlScalar, type Completion } from "../../yaml/completion.ts";
import type { CursorPlace } from "../../yaml/cursorPlace.ts";
import type { LanguageContext } from "./languageContext.ts";
import { referencesOf } from "./mergeDocument.ts";

/** Names of a Llama-shaped model, for when none of the document's models can be looked at. */
const typicalNames = [
  "model.embed_tokens.weight",
  ...["input_layernorm", "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj"],
  ...["post_attention_layernorm", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"],
].map((name, index) => (index === 0 ? name : `model.layers.0.${name}.weight`));
const outside = ["model.norm.weight", "lm_head.weight"];

/** Parts of tensors' names that a filter may select by, with how many tensors of the document's models contain each. */
export async function completeFilters(place: CursorPlace, context: LanguageContext): Promise<Completion[]> {
  const names = new Set<string>();
  for (const reference of referencesOf(place.root)) {
    const result = (await context.load?.(reference)) ?? context.facts(reference);
    if (result.state === "known") for (const name of result.facts.tensors.keys()) names.add(name);
  }
  const isKnown = names.size > 0;
  const parts = partsOf(isKnown ? names : [...typicalNames, ...outside]);
  return parts.map(([part, count]) => ({
    label: part,
    kind: "tensor",
    insert: snippetText(place.quoted ? part : yamlScalar(part)),
    range: place.word,
    detail: isKnown ? `${count} ${count === 1 ? "tensor" : "tensors"}` : "typical name",
  }));
}

/** Modules before their parts, then single layers; each with the number of names that contain it. */
function partsOf(names: Iterable<string>): [string, number][] {
  const counts = new Map<string, number>();
  const layers = new Map<string, number>();
  for (const name of names) {
    const plain = name.replace(/\.(?:weight|bias)$/, "");
    const layer = /^(?:.*\.)?(?:layers|h|blocks?)\.\d+\./.exec(plain)?.[0];
    const inner = layer === undefined ? plain : plain.slice(layer.length);
    const parts = inner.split(".");
    const distinct = new Set([inner, parts[0]!, parts.at(-1)!]);
    if (layer === undefined && parts.length > 1) distinct.delete(parts[0]!);
    for (const part of distinct) if (!/^\d*$/.test(part)) counts.set(part, (counts.get(part) ?? 0) + 1);
    const numbered = layer === undefined ? undefined : /\w+\.\d+\.$/.exec(layer)?.[0];
    if (numbered !== undefined) layers.set(numbered, (layers.get(numbered) ?? 0) + 1);
  }
  const sorted = [...counts].toSorted(([a, x], [b, y]) => y - x || a.localeCompare(b));
  return [...sorted, ...layers];
}
