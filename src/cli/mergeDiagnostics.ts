import { formatPlace } from "../core/errors.ts";
import type { DiagnosticContext } from "../core/merge/config/diagnostics/diagnostic.ts";
import { checkConfiguration, refuseErrors } from "../node/merge/checkConfiguration.ts";
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
  const found = await checkConfiguration(text, file, folder, options);
  for (const { severity, message, code, place } of found.filter((entry) => entry.severity !== "hint")) {
    output.note(printable(`${formatPlace(place)}: ${severity}: ${message} [${code}]`));
  }
  refuseErrors(found);
}
