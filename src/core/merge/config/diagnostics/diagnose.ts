import type { YamlDocument, YamlStream } from "../../../yaml/yamlStream.ts";
import { Reporter, type Diagnostic, type DiagnosticContext } from "./diagnostic.ts";
import { checkLayers } from "./layerRules.ts";
import { checkMethod } from "./methodRules.ts";
import { checkModels } from "./modelRules.ts";
import { checkMoe } from "./moeRules.ts";
import { checkParameters } from "./parameterRules.ts";
import { MergeNames } from "./nameRules.ts";
import { isMoeDocument, mixtureAmongOthers } from "../../moe/moeConfiguration.ts";
import { breakOf } from "./soundParts.ts";
import { checkStructure } from "./structure.ts";
import { checkTokenizer } from "./tokenizerRules.ts";
import { checkTypesAndTemplate } from "./typeRules.ts";
import { checkValues } from "./valueRules.ts";
import { viewOf, type Rule } from "./view.ts";

/** Checks of a configuration, or of those parts of one that have the right form. */
const rules: readonly Rule[] = [
  checkMethod,
  checkLayers,
  checkParameters,
  checkValues,
  checkTypesAndTemplate,
  checkTokenizer,
  checkModels,
];

/**
 * Everything that is wrong with a merge configuration, suspicious in it or worth knowing, with its exact place: what
 * mergekit raises and what it silently ignores or damages. Never throws, whatever the text.
 */
export function diagnoseStream(stream: YamlStream, context: DiagnosticContext): Diagnostic[] {
  return [...diagnoseDocuments(stream, context)].flat();
}

/** As `diagnoseStream`, document by document, so that other work can be done in between. */
export function* diagnoseDocuments(stream: YamlStream, context: DiagnosticContext): Generator<readonly Diagnostic[]> {
  const names = new MergeNames(stream.documents.map(({ value }) => value));
  const isNamed = stream.documents.length > 1 || names.all.size > 0;
  for (const [index, yaml] of stream.documents.entries()) {
    const reporter = new Reporter(yaml, index, context);
    const known = { ...context, mergeNames: names.all };
    if (yaml.value === null && yaml.problems.length === 0 && stream.documents.length > 1) {
      reportEmpty(reporter, context);
    } else if (isMoeDocument(yaml.value)) {
      checkMoe(yaml, reporter, known);
      if (stream.documents.filter(({ value }) => value !== null).length > 1) reportOthers(reporter);
    } else {
      checkMerge(yaml, reporter, known);
      if (isNamed) names.check(index, reporter);
    }
    yield reporter.diagnostics;
  }
}

function reportOthers(reporter: Reporter): void {
  reporter.report({ code: "moe", severity: "error", message: mixtureAmongOthers, path: "/experts", part: "key" });
}

/** `---` at the end of a file begins another document, over which the reference stops. */
function reportEmpty(reporter: Reporter, { engine }: DiagnosticContext): void {
  if (engine === "medley") return;
  const message = "Nothing stands between this `---` and the next or the end of the file: mergekit stops. Remove it.";
  reporter.report({ code: "emptyDocument", severity: "error", message, path: "" });
}

function checkMerge(yaml: YamlDocument, reporter: Reporter, context: DiagnosticContext): void {
  const sound = checkStructure(yaml, reporter, context);
  if (sound === undefined) return;
  const { configuration, lost } = sound;
  const broken = breakOf(yaml);
  reporter.unseen = { lost: broken === undefined ? lost : [...lost, ""], from: broken ?? Infinity };
  const view = viewOf(configuration, reporter, context);
  for (const rule of rules) rule(view, reporter);
  reporter.unseen = undefined;
}
