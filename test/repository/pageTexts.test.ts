import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { repository } from "../support/cli.ts";

/** What only programs read. */
const technical = /^(class|role|id|name|type|appearance|dir|lang|scope|tabindex|extension|format|symbol|kind)$/;
const style = /^…?<|var\(--|^minmax\(|color-mix\(/;
/** Attributes and options that a reader sees or hears. */
const seen = /^(aria-label|title|placeholder|label|axis|heading|description|caption|message|hint|text|emphasis)$/;
/** Calls whose arguments from the one of this index on are seen. */
const shows: Readonly<Record<string, number>> = {
  h: 2,
  custom: 2,
  fill: 1,
  button: 0,
  plainButton: 0,
  emptyNotice: 0,
  warningNotice: 0,
  progressRing: 0,
  section: 0,
  actions: 0,
};

/** Names of formats are the same in every language. */
const names = new Set(["CSV", "SVG", "HTML", "LaTeX (booktabs)", "Markdown", "sha256 …"]);
const prose = /\p{L}{2,}[,:]? \p{L}|^[A-Z][a-z]+[ .…]/u;

/** Literals of a page's module that a reader sees and nobody can translate, each with its line. */
function untranslated(source: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node, isShown: boolean): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node)) return;
    const texts = textsOf(node)
      .filter((text) => (isShown ? /\p{L}{2,}/u : prose).test(text))
      .filter((text) => !names.has(text) && !style.test(text));
    for (const text of texts) {
      found.push(`${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}: ${text}`);
    }
    if (ts.isCallExpression(node)) {
      const callee = node.expression.getText(source);
      if (/^(textColumn|numberColumn)$/.test(callee)) return;
      if (callee === "t") return node.arguments.slice(1).forEach((each) => visit(each, true));
      visit(node.expression, false);
      return node.arguments.forEach((each, index) => visit(each, index >= (shows[callee] ?? Infinity)));
    }
    if (ts.isPropertyAssignment(node)) {
      const name = ts.isStringLiteral(node.name) ? node.name.text : node.name.getText(source);
      // Marks of a plot are given the name of the field that has their text.
      const isField = /^(text|title)$/.test(name) && /^\w+$/.test(textsOf(node.initializer)[0] ?? "");
      if (!technical.test(name) && !isField) visit(node.initializer, seen.test(name));
      return;
    }
    ts.forEachChild(node, (child) => visit(child, isShown && passesOn(node, child)));
  };
  visit(source, false);
  return found;
}

/** Whether what a node is seen as, this child of it is too: not so the condition of a choice, say. */
function passesOn(node: ts.Node, child: ts.Node): boolean {
  if (ts.isConditionalExpression(node)) return child !== node.condition;
  if (ts.isBinaryExpression(node))
    return child !== node.left && /^(\|\||&&|\?\?|\+)$/.test(node.operatorToken.getText());
  return (
    ts.isArrayLiteralExpression(node) ||
    ts.isParenthesizedExpression(node) ||
    ts.isTemplateExpression(node) ||
    ts.isTemplateSpan(node) ||
    ts.isSpreadElement(node)
  );
}

function textsOf(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isTemplateExpression(node))
    return [[node.head, ...node.templateSpans.map(({ literal }) => literal)].map(({ text }) => text).join("…")];
  return [];
}

describe("Texts of pages", () => {
  it("can all be translated", () => {
    const folder = path.join(repository, "webview");
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
    const problems = files.flatMap((name) => {
      const text = readFileSync(path.join(folder, name), "utf8");
      return untranslated(ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true)).map(
        (each) => `${name}:${each}`,
      );
    });
    assert.deepEqual(problems, []);
  });
});
