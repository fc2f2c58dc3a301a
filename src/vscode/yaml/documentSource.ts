import * as vscode from "vscode";
import type { ConfigurationLanguage } from "../../core/yaml/configurationLanguage.ts";
import type { TextRange } from "../../core/yaml/textRange.ts";
import { YamlSource } from "../../core/yaml/yamlSource.ts";

const sources = new WeakMap<vscode.TextDocument, { readonly version: number; readonly source: YamlSource }>();

/** The text of a document, parsed once for each version of it, whoever asks. */
export function sourceOf(document: vscode.TextDocument): YamlSource {
  const { version } = document;
  const known = sources.get(document);
  if (known?.version === version) return known.source;
  const source = new YamlSource(document.getText());
  sources.set(document, { version, source });
  return source;
}

const recognised = new WeakMap<YamlSource, Map<string, boolean>>();

/** Whether a language recognises a document; each version is looked at once. */
export function isOfLanguage(
  document: vscode.TextDocument,
  language: Pick<ConfigurationLanguage<never>, "id" | "recognises">,
): boolean {
  const source = sourceOf(document);
  const answers = recognised.get(source) ?? new Map<string, boolean>();
  recognised.set(source, answers);
  const question = `${language.id} ${document.languageId}`;
  const known = answers.get(question);
  if (known !== undefined) return known;
  const { uri, languageId } = document;
  const is = language.recognises({ path: uri.path, editorLanguage: languageId, text: source.text });
  answers.set(question, is);
  return is;
}

export function editorRange(document: vscode.TextDocument, { start, end }: TextRange): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}
