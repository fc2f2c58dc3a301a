/** `line:column` of an offset, counted from 1 as editors show them. */
export function placeInLines(text: string, offset: number): string {
  const lines = text.slice(0, offset).split("\n");
  return `${lines.length}:${lines.at(-1)!.length + 1}`;
}
