import { ConfigurationError } from "../core/errors.ts";
import { diagnoseStream } from "../core/merge/config/diagnostics/diagnose.ts";
import type { DiagnosticContext } from "../core/merge/config/diagnostics/diagnostic.ts";
import { readYaml } from "../core/merge/config/yamlValue.ts";
import { mergeMethods } from "../core/merge/methods/registry.ts";
import { lookUpModels } from "../node/merge/lookUpModels.ts";
import { output } from "./output.ts";
import { printable } from "./printable.ts";

/**
 * Prints what there is to say about a configuration, a line each with its place.
 * @throws ConfigurationError when one of them is an error
 */
export async function reportDiagnostics(
  text: string,
  file: string,
  folder: string,
  options: Omit<DiagnosticContext, "facts" | "methods">,
): Promise<void> {
  const facts = await lookUpModels(text, file, { folder });
  const stream = readYaml(text);
  const found = diagnoseStream(stream, { ...options, facts, methods: mergeMethods });
  for (const { severity, message, code, range } of found.filter((entry) => entry.severity !== "hint")) {
    const { line, column } = stream.positionOf(range.start);
    output.note(printable(`${file}:${line + 1}:${column + 1}: ${severity}: ${message} [${code}]`));
  }
  const errors = found.filter(({ severity }) => severity === "error").length;
  if (errors === 0) return;
  throw new ConfigurationError(`The configuration has ${errors === 1 ? "an error" : `${errors} errors`}.`, {
    place: { file },
  });
}
