import { ModelError } from "../../core/errors.ts";
import { printModelRef, type ModelRef } from "../../core/models/modelRef.ts";
import type { Backend, BackendModel, FindOptions } from "./backend.ts";

/** All backends. Code that needs a model asks here and knows none of them by name. */
export class Backends {
  constructor(private readonly all: readonly Backend[]) {}

  /**
   * Looks at a model without opening it.
   * @throws ModelError when no backend runs such models; otherwise what the backend throws
   */
  async find(ref: ModelRef, options?: FindOptions): Promise<BackendModel> {
    return await this.backendOf(ref).find(ref, options);
  }

  private backendOf(ref: ModelRef): Backend {
    const backend = this.all.find(({ scheme }) => scheme === ref.scheme);
    if (backend !== undefined) return backend;
    const available = this.all.map(({ models, title }) => `${models} (${title})`).join(", ");
    throw new ModelError(`Medley cannot run ${printModelRef(ref)} yet: it runs ${available}.`);
  }
}
