import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import path from "node:path";
import ts from "typescript";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * The English strings that the extension shows through `vscode.l10n.t`, as VS Code looks them up: the string stands for
 * itself. Throws where a call has no literal, because nobody could translate that.
 * @returns {Record<string, string>} in alphabetical order
 */
export function l10nStrings() {
  const folder = path.join(root, "src/vscode");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const strings = files.flatMap((name) => stringsOf(path.join(folder, name)));
  return Object.fromEntries([...new Set(strings)].sort().map((text) => [text, text]));
}

/** @param {string} file */
function stringsOf(file) {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
  /** @type {string[]} */
  const found = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isCallExpression(node) && node.expression.getText(source) === "vscode.l10n.t") {
      const [text] = node.arguments;
      if (text === undefined || !ts.isStringLiteralLike(text)) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
        throw new Error(`${path.relative(root, file)}:${line + 1}: vscode.l10n.t needs a literal string.`);
      }
      found.push(text.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
