import {
  Lexer,
  parseAllDocuments,
  parseDocument,
  YAMLParseError,
  type Document,
  type DocumentOptions,
  type ParseOptions,
  type SchemaOptions,
} from "yaml";

/** The library, and what reads its documents, goes into values level by level: far deeper than this, Node itself ends. */
const mostLevels = 100;

type Options = ParseOptions & DocumentOptions & SchemaOptions;

/** One document. Never throws: what is wrong, nesting that is too deep included, is among its errors. */
export function parseYamlDocument(text: string, options: Options): Document.Parsed {
  const place = tooDeepAt(text);
  if (place === undefined) return parseDocument(text, options);
  const empty = parseDocument("", options);
  empty.errors.push(tooDeep(place));
  return empty;
}

/** The documents of a stream, none of an empty text, like {@link parseYamlDocument}. */
export function parseYamlStream(text: string, options: Options): Document.Parsed[] {
  const place = tooDeepAt(text);
  if (place !== undefined) return [parseYamlDocument(text, options)];
  const documents = parseAllDocuments(text, options);
  return Array.isArray(documents) ? documents : [];
}

/** The value of a document. @throws YAMLParseError when it is not YAML */
export function parseYamlValue(text: string): unknown {
  const document = parseYamlDocument(text, {});
  const [error] = document.errors;
  if (error !== undefined) throw error;
  return document.toJS() as unknown;
}

function tooDeep(place: number): YAMLParseError {
  const message = `Values are nested more than ${mostLevels} deep.`;
  return new YAMLParseError([place, place + 1], "RESOURCE_EXHAUSTION", message);
}

/** Whether a text has so few brackets, and blanks and marks in a row, that it cannot be deep. */
function isFlat(text: string): boolean {
  const brackets = text.match(/[[{]/g)?.length ?? 0;
  return brackets <= mostLevels / 2 && !/(?:[ \t]|[-?:](?=[ \t])){50}/.test(text);
}

/** Where values are nested too deeply, if anywhere: found without going into them. */
export function tooDeepAt(text: string): number | undefined {
  if (isFlat(text)) return undefined;
  /** Columns in which blocks begin around the present place, from the outermost in. */
  let blocks: number[] = [];
  let flows = 0;
  let offset = 0;
  let lineStart = 0;
  let atLineStart = true;
  for (const lexeme of new Lexer().lex(text)) {
    // Marks of the lexer that stand for nothing in the text: start of a document, of a scalar, end of a flow.
    if (["\u0002", "\u0018", "\u001f"].includes(lexeme)) continue;
    const column = offset - lineStart;
    if (lexeme === "[" || lexeme === "{") flows++;
    else if (lexeme === "]" || lexeme === "}") flows = Math.max(0, flows - 1);
    else if (flows === 0 && !/^[\s#]/.test(lexeme)) {
      const isIndicator = lexeme === "-" || lexeme === "?" || lexeme === ":";
      if (atLineStart) blocks = blocks.filter((begin) => begin < column);
      if (atLineStart || isIndicator) blocks.push(column);
      atLineStart = false;
    }
    if (blocks.length + flows > mostLevels) return offset;
    const lastBreak = lexeme.lastIndexOf("\n");
    if (lastBreak >= 0) {
      lineStart = offset + lastBreak + 1;
      atLineStart = true;
    }
    offset += lexeme.length;
  }
  return undefined;
}
