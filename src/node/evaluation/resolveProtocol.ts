import { z } from "zod";
import type { EvaluationConfiguration } from "../../core/evaluation/configuration.ts";
import type { Protocol } from "../../core/evaluation/protocol.ts";
import { findProtocol, resolveParameters } from "../../core/evaluation/registry.ts";

export interface ResolvedProtocol {
  readonly protocol: Protocol;
  /** With every default filled in. */
  readonly parameters: unknown;
  /** The same as a configuration says it. */
  readonly setting: Exclude<EvaluationConfiguration["protocol"], string>;
  /** Where it is declared, if it is the user's own. */
  readonly file?: { readonly path: string; readonly bytes: number; readonly sha256: string };
}

/**
 * The protocol that a configuration asks for. Where it takes a single seed, the configuration's is its default.
 * @throws ConfigurationError when there is none of this name, or a parameter is wrong
 */
export function resolveProtocol({
  protocol: setting,
  seed,
}: Pick<EvaluationConfiguration, "protocol" | "seed">): ResolvedProtocol {
  const { id, parameters: given = {} } = typeof setting === "string" ? { id: setting } : setting;
  const protocol = findProtocol(id);
  const parameters = resolveParameters(protocol, takesSeed(protocol) ? { seed, ...given } : given);
  return { protocol, parameters, setting: { id, parameters: parameters as typeof given } };
}

function takesSeed({ parameters }: Protocol): boolean {
  return parameters instanceof z.ZodObject && "seed" in parameters.shape;
}
