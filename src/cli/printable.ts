/** Control characters, and what turns the writing direction around. */
const active = /[\p{Control}\u202A-\u202E\u2066-\u2069]/gu;

/** Text from files, on one line, with control characters (among them the terminal's escape sequences) made visible. */
export function printable(text: string): string {
  return text.replace(active, (character) => shown[character] ?? hexadecimal(character));
}

/** The same for text of several lines: line breaks and tabs stay what they are. */
export function printableLines(text: string): string {
  return text.replace(active, (character) =>
    character === "\n" || character === "\t" ? character : (shown[character] ?? hexadecimal(character)),
  );
}

/** JSON in which control characters that JSON allows are escaped too. */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(active, (character) =>
    character === "\n" ? character : hexadecimal(character),
  );
}

const shown: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function hexadecimal(character: string): string {
  return `\\u${character.codePointAt(0)!.toString(16).padStart(4, "0")}`;
}
