import { ruleAt, type ConfigurationLanguage, type Finding } from "./configurationLanguage.ts";
import { readYamlText, type YamlProblem } from "./readYaml.ts";
import { YamlText } from "./yamlText.ts";
import { append } from "../lists.ts";

/** Something to underline in the text of a configuration. */
export type Diagnostic = YamlProblem & Pick<Finding, "severity" | "action">;

/**
 * Everything that is wrong with a document, in the order of the text: its syntax, then what the schema forbids and
 * what the language's rules find. A document with broken syntax is not looked at further. Never throws for what is in
 * the text; throws what the rules throw.
 */
export async function diagnose<Context>(
  text: string,
  language: ConfigurationLanguage<Context>,
  context: Context,
): Promise<Diagnostic[]> {
  if (text.trim() === "") return [];
  const yaml = new YamlText(text);
  const reading = readYamlText(yaml, language.schema);
  const problems: Diagnostic[] = reading.problems.map((problem) => ({ ...problem, severity: "error" }));
  if (yaml.faults.length > 0) return problems;
  const root = plainValue(yaml);
  if (root === undefined) return problems;
  for (const { path, value, range } of yaml.scalars()) {
    const findings = (await ruleAt(language, path)?.check?.(value, root, context)) ?? [];
    const place = { path, start: yaml.position(range[0]), end: yaml.position(range[1]) };
    append(
      problems,
      findings.map((finding) => ({ ...finding, ...place })),
    );
  }
  return problems.sort((a, b) => a.start.offset - b.start.offset);
}

/** Undefined where aliases expand to too much, which is among the problems already. */
function plainValue(yaml: YamlText): unknown {
  try {
    return yaml.value();
  } catch {
    return undefined;
  }
}
