import type { DiagnosticContext } from "../config/diagnostics/diagnostic.ts";
import type { ModelReference } from "../config/modelReference.ts";
import type { FactsResult } from "../modelFacts.ts";

/** A checkpoint or adapter on disk that a configuration may name. */
export interface ModelOnDisk {
  /** As it is written in the configuration: a path relative to its folder, or an id of the hub's cache. */
  readonly path: string;
  readonly kind: "checkpoint" | "adapter";
  /** One line, for example `MistralForCausalLM, 32 layers, bfloat16`. */
  readonly detail: string;
}

/** What the editor's help knows besides the text. `facts` answers at once; the others may look at files. */
export interface LanguageContext extends DiagnosticContext {
  /** Looks at a model's headers, unless they are known already. Never throws. */
  load?(reference: ModelReference): Promise<FactsResult>;
  /** Checkpoints and adapters at hand. */
  models?(): Promise<readonly ModelOnDisk[]>;
}
