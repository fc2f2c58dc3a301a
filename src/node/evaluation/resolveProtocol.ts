import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { FileError } from "../../core/errors.ts";
import type { EvaluationConfiguration } from "../../core/evaluation/configuration.ts";
import { parseProtocol } from "../../core/evaluation/ownProtocol/readProtocol.ts";
import type { Protocol } from "../../core/evaluation/protocol.ts";
import { findProtocol, resolveParameters } from "../../core/evaluation/registry.ts";
import { isProtocolPath } from "./absolutePaths.ts";

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
 * The protocol that a configuration asks for: a built-in one, or the one that a file declares. Where it takes a single
 * seed, the configuration's is its default.
 * @throws ConfigurationError when there is none of this name, its declaration is wrong, or a parameter is; FileError when
 * the file cannot be read
 */
export async function resolveProtocol({
  protocol: setting,
  seed,
}: Pick<EvaluationConfiguration, "protocol" | "seed">): Promise<ResolvedProtocol> {
  const { id, parameters: given = {} } = typeof setting === "string" ? { id: setting } : setting;
  const { protocol, file } = isProtocolPath(id) ? await readProtocolFile(id) : { protocol: findProtocol(id) };
  const parameters = resolveParameters(protocol, takesSeed(protocol) ? { seed, ...given } : given);
  return { protocol, parameters, setting: { id, parameters: parameters as typeof given }, file };
}

function takesSeed({ parameters }: Protocol): boolean {
  return parameters instanceof z.ZodObject && "seed" in parameters.shape;
}

async function readProtocolFile(path: string): Promise<Required<Pick<ResolvedProtocol, "protocol" | "file">>> {
  const content = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new FileError(
      cause.code === "ENOENT" ? "There is no such file." : `The file cannot be read: ${cause.message}`,
      {
        place: { file: path, field: "protocol" },
        hint: "Give the path of a YAML file that declares a protocol, or the id of a built-in one.",
        cause,
      },
    );
  });
  const sha256 = createHash("sha256").update(content).digest("hex");
  return { protocol: parseProtocol(content.toString("utf8"), path), file: { path, bytes: content.length, sha256 } };
}
