/** Text from files with control characters (among them the terminal's escape sequences) made visible. */
export function printable(text: string): string {
  return text.replace(/\p{Control}/gu, (character) => shown[character] ?? hexadecimal(character));
}

const shown: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function hexadecimal(character: string): string {
  return `\\u${character.codePointAt(0)!.toString(16).padStart(4, "0")}`;
}
