import type { ModelConfig } from "./modelConfig.ts";
import type { StoredTensor } from "./safetensors.ts";
import type { ModelReference } from "./modelReference.ts";
import type { LoraAdapter } from "./lora.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";

/** What the headers and small files of a checkpoint say, without any of its weights: what checks look at. */
export interface ModelFacts {
  readonly config: ModelConfig;
  /** By the names under which they are stored. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Absent when there is no tokenizer.json, or one of a kind that cannot be merged. */
  readonly tokenizer?: Pick<Tokenizer, "vocabulary" | "added">;
  /** Names of the Python files beside config.json; absent where nobody has looked for them. */
  readonly codeFiles?: readonly string[];
  /** The adapter of a reference that has one. */
  readonly adapter?: LoraAdapter;
}

/** The same with the whole tokenizer, which a merge writes anew. */
export interface MergeFacts extends ModelFacts {
  readonly tokenizer?: Tokenizer;
}

/**
 * `missing`: the model or adapter at `path` is not on this machine, `isHubId` where the name can only be that of a model on a hub. `unknown`: not looked at (or still
 * loading), so nothing may be said about it.
 */
export type FactsResult =
  | { readonly state: "known"; readonly facts: ModelFacts }
  | { readonly state: "missing"; readonly path?: string | undefined; readonly isHubId?: boolean | undefined }
  | { readonly state: "unusable"; readonly reason: string }
  | { readonly state: "unknown" };

/** Answers at once, from a cache; the node layer fills it. */
export type FactsLookup = (reference: ModelReference) => FactsResult;

/** The function, computed once for each model: facts do not change, and are asked for with every keystroke. */
export function oncePerModel<Value>(compute: (facts: ModelFacts) => Value): (facts: ModelFacts) => Value {
  const known = new WeakMap<ModelFacts, { readonly value: Value }>();
  return (facts) => {
    const entry = known.get(facts) ?? { value: compute(facts) };
    known.set(facts, entry);
    return entry.value;
  };
}
