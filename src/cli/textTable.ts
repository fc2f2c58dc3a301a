/** Characters of East Asian scripts and emoji take two columns of a terminal, combining marks none. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/\p{Mark}|\p{Default_Ignorable_Code_Point}/u.test(character)) continue;
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return width;
}

/**
 * Rows as aligned columns under a header. Control characters in cells are shown, never sent to the terminal.
 * @param rightAligned names of columns of numbers
 */
export function textTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  rightAligned: readonly string[] = [],
): string {
  const cells = [header, ...rows].map((row) => row.map(printable));
  const widths = header.map((_, column) => Math.max(...cells.map((row) => displayWidth(row[column]!))));
  const right = header.map((name) => rightAligned.includes(name));
  return cells
    .map((row) =>
      row
        .map((cell, column) => {
          const padding = " ".repeat(widths[column]! - displayWidth(cell));
          return right[column] ? padding + cell : cell + padding;
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Text from files with control characters (among them the terminal's escape sequences) made visible. */
export function printable(text: string): string {
  return text.replace(/\p{Control}/gu, (character) => JSON.stringify(character).slice(1, -1));
}
