/** A checkpoint or adapter on disk that a configuration may name. */
export interface ModelOnDisk {
  /** As it is written in the configuration: a path relative to its folder, or an id of the hub's cache. */
  readonly path: string;
  readonly kind: "checkpoint" | "adapter";
  /** One line, for example `MistralForCausalLM, 32 layers, bfloat16`. */
  readonly detail: string;
}
