// Characters that Python's str.strip() removes. JavaScript's trim() differs: it removes U+FEFF and keeps U+001C to
// U+001F and U+0085.
const whitespace = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
const leading = new RegExp(`^${whitespace}`);
const trailing = new RegExp(`${whitespace}$`);

/** Python's `text.strip()`. */
export function pythonStrip(text: string): string {
  return text.replace(leading, "").replace(trailing, "");
}

/** Python's `len(text)`: Unicode code points. */
export function codePointCount(text: string): number {
  let count = 0;
  for (const _character of text) count++;
  return count;
}

const encoder = new TextEncoder();

/** `len(text.encode())`: UTF-8 bytes. */
export function utf8ByteCount(text: string): number {
  return encoder.encode(text).length;
}
