/** A value of a JSON text. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/**
 * An object of a JSON text. Unlike JavaScript's own objects it keeps its keys in the order of the text even where they
 * look like numbers (PubMed ids, answer texts such as "1776"), because that order is the order of items and options.
 */
export class JsonObject extends Map<string, Json> {
  /** 1-based line of the opening brace. */
  readonly line: number;
  /** Keys that occur more than once; the map holds the last value of each. */
  readonly repeatedKeys: string[] = [];

  constructor(line: number) {
    super();
    this.line = line;
  }
}

/** The text is not JSON (RFC 8259). Caught by the readers, which turn it into a problem with file and line. */
export class JsonSyntaxError extends Error {
  readonly line: number;
  readonly column: number;
  /** The element of the outermost array or object in which it is, with its zero-based number. */
  readonly record: { readonly index: number; readonly key?: string } | undefined;

  constructor(message: string, line: number, column: number, record?: JsonSyntaxError["record"]) {
    super(message);
    this.line = line;
    this.column = column;
    this.record = record;
  }
}

const maximumDepth = 64;
const numberPattern = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
/** Everything up to the next quote, escape or control character. */
// eslint-disable-next-line no-control-regex -- JSON forbids control characters in strings
const plainCharacters = /[^"\\\u0000-\u001f]*/y;
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/**
 * Parses a JSON text strictly.
 * @param firstLine line number of the text's first line, for messages
 * @throws JsonSyntaxError
 */
export function parseOrderedJson(text: string, firstLine = 1): Json {
  const parser = new Parser(text, firstLine);
  return parser.document();
}

class Parser {
  private readonly text: string;
  private position = 0;
  private line: number;
  private lineStart = 0;
  private record: JsonSyntaxError["record"];

  constructor(text: string, firstLine: number) {
    this.text = text;
    this.line = firstLine;
  }

  document(): Json {
    this.skipWhitespace();
    const value = this.value(0);
    this.skipWhitespace();
    if (this.position < this.text.length) throw this.unexpected("the end of the text");
    return value;
  }

  private value(depth: number): Json {
    if (depth > maximumDepth) throw this.error(`values are nested more than ${maximumDepth} deep`);
    const character = this.text[this.position];
    if (character === "{") return this.object(depth);
    if (character === "[") return this.array(depth);
    if (character === '"') return this.string();
    if (this.take("true")) return true;
    if (this.take("false")) return false;
    if (this.take("null")) return null;
    numberPattern.lastIndex = this.position;
    const number = numberPattern.exec(this.text)?.[0];
    if (number === undefined) throw this.unexpected("a value");
    this.position += number.length;
    return Number(number);
  }

  private object(depth: number): JsonObject {
    const object = new JsonObject(this.line);
    this.position++;
    this.skipWhitespace();
    if (this.take("}")) return object;
    do {
      this.skipWhitespace();
      if (this.text[this.position] !== '"') throw this.unexpected("a key in quotes");
      const key = this.string();
      this.skipWhitespace();
      if (depth === 0) this.record = { index: object.size, key };
      if (!this.take(":")) throw this.unexpected("':'");
      this.skipWhitespace();
      const value = this.value(depth + 1);
      if (object.has(key)) object.repeatedKeys.push(key);
      object.set(key, value);
      this.skipWhitespace();
    } while (this.take(","));
    if (!this.take("}")) throw this.unexpected("',' or '}'");
    return object;
  }

  private array(depth: number): Json[] {
    const array: Json[] = [];
    this.position++;
    this.skipWhitespace();
    if (this.take("]")) return array;
    do {
      this.skipWhitespace();
      if (depth === 0) this.record = { index: array.length };
      array.push(this.value(depth + 1));
      this.skipWhitespace();
    } while (this.take(","));
    if (!this.take("]")) throw this.unexpected("',' or ']'");
    return array;
  }

  private string(): string {
    let result = "";
    this.position++;
    for (;;) {
      plainCharacters.lastIndex = this.position;
      const plain = plainCharacters.exec(this.text)![0];
      result += plain;
      this.position += plain.length;
      const character = this.text[this.position];
      if (character === '"') {
        this.position++;
        return result;
      }
      if (character !== "\\") throw this.unexpected("the end of a string");
      result += this.escape();
    }
  }

  private escape(): string {
    const kind = this.text[this.position + 1] ?? "";
    const simple = Object.hasOwn(escapes, kind) ? escapes[kind] : undefined;
    if (simple !== undefined) {
      this.position += 2;
      return simple;
    }
    const digits = this.text.slice(this.position + 2, this.position + 6);
    if (kind !== "u" || !/^[0-9a-fA-F]{4}$/.test(digits)) throw this.error("an escape that JSON does not know");
    this.position += 6;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  private take(token: string): boolean {
    if (!this.text.startsWith(token, this.position)) return false;
    this.position += token.length;
    return true;
  }

  private skipWhitespace(): void {
    for (;;) {
      const character = this.text[this.position];
      if (character === "\n") {
        this.line++;
        this.lineStart = this.position + 1;
      } else if (character !== " " && character !== "\t" && character !== "\r") return;
      this.position++;
    }
  }

  private unexpected(expected: string): JsonSyntaxError {
    const found = this.text[this.position];
    return this.error(
      `expected ${expected}, found ${found === undefined ? "the end of the file" : JSON.stringify(found)}`,
    );
  }

  private error(message: string): JsonSyntaxError {
    return new JsonSyntaxError(message, this.line, this.position - this.lineStart + 1, this.record);
  }
}
