import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import path from "node:path";
import ts from "typescript";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Where texts are shown, and the calls that show them, each with the place of the text among its arguments. */
const places = [
  { folder: "src/vscode", calls: { "vscode.l10n.t": 0 } },
  // Columns are called what their id is where they have no other title.
  ...["src/core", "webview"].map((folder) => ({ folder, calls: { t: 0, textColumn: -1, numberColumn: -1 } })),
];

/** Makes columns of titles that others give it. */
const columns = path.join(root, "src/core/reports/table.ts");

/**
 * The English strings that the extension and its pages show, as VS Code looks them up: the string stands for itself.
 * Throws where a call has no literal, because nobody could translate that.
 * @returns {Record<string, string>} in alphabetical order
 */
export function l10nStrings() {
  const strings = places.flatMap(({ folder, calls }) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => path.join(root, folder, name))
      .filter((file) => file !== columns)
      .flatMap((file) => stringsOf(file, calls)),
  );
  return Object.fromEntries([...new Set(strings)].sort().map((text) => [text, text]));
}

/**
 * @param {string} file
 * @param {Record<string, number>} calls
 */
function stringsOf(file, calls) {
  const content = readFileSync(file, "utf8");
  if ("t" in calls && !/from ".*\/(texts|table)\.ts"/.test(content)) return [];
  const source = ts.createSourceFile(file, content, ts.ScriptTarget.Latest);
  /** @type {string[]} */
  const found = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    const callee = ts.isCallExpression(node) ? node.expression.getText(source) : "";
    if (ts.isCallExpression(node) && Object.hasOwn(calls, callee)) {
      const text = node.arguments.at(/** @type {number} */ (calls[callee]));
      if (text === undefined || !ts.isStringLiteralLike(text)) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
        throw new Error(`${path.relative(root, file)}:${line + 1}: ${callee} needs a literal string.`);
      }
      found.push(text.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
