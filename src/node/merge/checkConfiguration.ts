import { ConfigurationError, type Place } from "../../core/errors.ts";
import { diagnoseStream } from "../../core/merge/config/diagnostics/diagnose.ts";
import type { Diagnostic, DiagnosticContext } from "../../core/merge/config/diagnostics/diagnostic.ts";
import { readYamlStream } from "../../core/yaml/yamlStream.ts";
import { mergeMethods } from "../../core/merge/methods/registry.ts";
import { lookUpModels } from "./lookUpModels.ts";

/** Something to say about a configuration, with its place in the file. */
export interface PlacedDiagnostic extends Diagnostic {
  readonly place: Required<Pick<Place, "file" | "line" | "column">>;
}

/**
 * Everything that there is to say about a configuration and the models that it names.
 * @param folder that relative model paths start from
 */
export async function checkConfiguration(
  text: string,
  file: string,
  folder: string,
  options: Omit<DiagnosticContext, "facts" | "methods">,
): Promise<PlacedDiagnostic[]> {
  const facts = await lookUpModels(text, file, { folder });
  const stream = readYamlStream(text, "1.1");
  return diagnoseStream(stream, { ...options, facts, methods: mergeMethods }).map((diagnostic) => {
    const { line, column } = stream.placeOf(diagnostic.range.start);
    return { ...diagnostic, place: { file, line, column } };
  });
}

/** @throws ConfigurationError at the place of the first error, if there is one */
export function refuseErrors(diagnostics: readonly PlacedDiagnostic[]): void {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (first === undefined) return;
  const more = errors.length === 1 ? "" : ` (The first of ${errors.length} errors.)`;
  throw new ConfigurationError(first.message + more, { place: first.place });
}
