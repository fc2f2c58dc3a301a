/**
 * The first key that occurs twice in one object of a JSON text, at any depth; `undefined` when there is none.
 * `JSON.parse` keeps the last of them without a word, which would hide one of two tensors of the same name.
 * @param text valid JSON
 */
export function findDuplicateKey(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  let expectsKey = false;
  for (let i = 0; i < text.length; i++) {
    switch (text.charAt(i)) {
      case "{":
        open.push(new Set());
        expectsKey = true;
        break;
      case "[":
        open.push(undefined);
        expectsKey = false;
        break;
      case "}":
      case "]":
        open.pop();
        expectsKey = false;
        break;
      case ",":
        expectsKey = open.at(-1) !== undefined;
        break;
      case '"': {
        const end = endOfString(text, i);
        if (expectsKey) {
          const key = JSON.parse(text.slice(i, end)) as string;
          const keys = open.at(-1)!;
          if (keys.has(key)) return key;
          keys.add(key);
          expectsKey = false;
        }
        i = end - 1;
        break;
      }
      default:
    }
  }
  return undefined;
}

/** Index behind the closing quote of the string that opens at `start`. */
export function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (text[i] !== '"') i += text[i] === "\\" ? 2 : 1;
  return i + 1;
}
