import { diagnoseStream } from "../../src/core/merge/config/diagnostics/diagnose.ts";
import type { Diagnostic, DiagnosticContext } from "../../src/core/merge/config/diagnostics/diagnostic.ts";
import { readPyYaml } from "../../src/core/yaml/pyYaml.ts";

/** What diagnostics say of the text of a merge configuration. */
export function diagnose(text: string, context: DiagnosticContext): Diagnostic[] {
  return diagnoseStream(readPyYaml(text), context);
}
