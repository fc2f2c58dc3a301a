import { Lexer } from "yaml";

/**
 * Offsets of the tabs that PyYAML stops at, the first of each run. It takes them in quotes, block scalars and comments only,
 * YAML itself between values and inside plain scalars too.
 */
export function refusedTabs(text: string): number[] {
  const found: number[] = [];
  if (!text.includes("\t")) return found;
  let offset = 0;
  let isBlock = false;
  let isScalar = false;
  for (const lexeme of new Lexer().lex(text)) {
    // Marks of the lexer that stand for nothing in the text: start of a document, end of a flow, start of a scalar.
    if (lexeme === "\u0002" || lexeme === "\u0018") continue;
    if (lexeme === "\u001f") {
      isScalar = true;
      continue;
    }
    const isContent = isScalar && isBlock;
    if (!isContent && !/^["'#]/.test(lexeme)) {
      for (const { index } of lexeme.matchAll(/\t+/g)) found.push(offset + index);
    }
    if (isScalar) isBlock = false;
    else if (/^[|>]/.test(lexeme)) isBlock = true;
    isScalar = false;
    offset += lexeme.length;
  }
  return found;
}
