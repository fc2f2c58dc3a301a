/** What reads a value goes into it level by level; far deeper than this, JavaScript itself gives up. */
const mostLevels = 200;

/**
 * A JSON text of a file as a value. All such texts are read here.
 * @throws SyntaxError when it is not JSON, or nested so deeply that no format of ours can be meant
 */
export function parseJson(text: string): unknown {
  let levels = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === '"') index = endOfString(text, index);
    else if (character === "[" || character === "{") levels++;
    else if (character === "]" || character === "}") levels--;
    if (levels > mostLevels) throw new SyntaxError(`Values are nested more than ${mostLevels} deep.`);
  }
  return JSON.parse(text) as unknown;
}

/** Index of the closing quote, or of the end of the text. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = end;
    while (text[escapes - 1] === "\\") escapes--;
    if ((end - escapes) % 2 === 0) return end;
  }
  return text.length;
}
