import type { DiagnosticContext } from "../config/diagnostics/diagnostic.ts";
import type { ModelOnDisk } from "../../checkpoint/modelOnDisk.ts";
import type { ModelPath, ModelReference } from "../../checkpoint/modelReference.ts";
import type { FactsResult } from "../../checkpoint/modelFacts.ts";

/** What the editor's help knows besides the text. `facts` answers at once; the others may look at files. */
export interface LanguageContext extends DiagnosticContext {
  /** Looks at a model's headers, unless they are known already. Never throws. */
  load?(reference: ModelReference): Promise<FactsResult>;
  /** Checkpoints and adapters at hand. */
  models?(): Promise<readonly ModelOnDisk[]>;
  /** Path of a model's `config.json`; undefined where the model is not at hand. */
  configurationFile?(model: ModelPath): Promise<string | undefined>;
}
