import { diagnoseStream } from "../../src/core/merge/config/diagnostics/diagnose.ts";
import type { Diagnostic, DiagnosticContext } from "../../src/core/merge/config/diagnostics/diagnostic.ts";
import { readYamlStream } from "../../src/core/yaml/yamlStream.ts";

/** What diagnostics say of the text of a merge configuration. */
export function diagnose(text: string, context: DiagnosticContext): Diagnostic[] {
  return diagnoseStream(readYamlStream(text, "1.1"), context);
}
