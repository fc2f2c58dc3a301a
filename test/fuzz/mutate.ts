/** A generator of pseudo-random numbers in [0, 1): mulberry32, the same for the same seed everywhere. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What has broken readers before: nesting, marks of formats, numbers at limits, controls, halves of characters. */
const dictionary = [
  ..."{}[]()<>\"'`,:;|#&*!%@-=+~^$?\\/\n\r\t \0",
  ..."\u001b\u0007\u009b\u202e\u2028\ufeff\ud800\udc00é模🙂",
  ...[
    "[[[[",
    "{a: ",
    "- - - ",
    "? ",
    "!!",
    "&a *a",
    "<<: *a",
    "---\n",
    "...\n",
    "|\n  ",
    ">-\n",
    "```mcqa\n",
    "```\n",
    "~~~",
  ],
  ...["<!-- medley:result", "<!-- /medley:result -->", "<!-- medley:cell -->", "-->", "__proto__", "constructor"],
  ...[
    "null",
    "true",
    "NaN",
    "1e999",
    "-0",
    "99999999999999999999",
    "0x1f",
    "1_000",
    "12:30:45",
    "2026-01-01",
    ".5",
    "30.0",
  ],
  ...["\\u0000", "\\ud800", "(a+)+$", "a{2,1}", "'", '""', ",,", "\r\n", "\n\n\n", "        ", "[]", "{}", '{"a":'],
];

/** A text with one to six places changed: cut, doubled, moved, replaced by what breaks readers, or lengthened. */
export function mutateText(text: string, random: () => number): string {
  let mutated = text;
  const below = (limit: number): number => Math.floor(random() * limit);
  for (let changes = random() < 0.5 ? 1 : 1 + below(6); changes > 0; changes--) {
    const at = below(mutated.length + 1);
    const end = Math.min(mutated.length, at + below(random() < 0.8 ? 8 : 80));
    const word = dictionary[below(dictionary.length)]!;
    const piece = mutated.slice(at, end);
    const other = below(mutated.length + 1);
    const replacements = [
      "",
      word,
      word + piece,
      piece + piece,
      mutated.slice(other, other + below(60)),
      random() < 0.1 ? word.repeat(below(3000)) : word.repeat(below(40)),
      String.fromCharCode(below(random() < 0.7 ? 128 : 65536)),
    ];
    mutated = mutated.slice(0, at) + replacements[below(replacements.length)]! + mutated.slice(end);
  }
  return mutated;
}

/** The same for bytes, with numbers at their limits in place of counts and sizes. */
export function mutateBytes(bytes: Uint8Array, random: () => number): Uint8Array {
  const below = (limit: number): number => Math.floor(random() * limit);
  let mutated = Uint8Array.from(bytes);
  for (let changes = random() < 0.5 ? 1 : 1 + below(6); changes > 0; changes--) {
    const at = below(mutated.length);
    const kind = below(5);
    if (kind === 0) mutated[at] = below(256);
    else if (kind === 1) mutated[at] = (mutated[at] ?? 0) ^ (1 << below(8));
    else if (kind === 2) mutated.fill([0, 0xff, 0x7f, 0x80][below(4)]!, at, at + 1 + below(8));
    else if (kind === 3) mutated = mutated.slice(0, at);
    else
      mutated = Uint8Array.from([...mutated.slice(0, at), ...mutated.slice(below(at + 1), at), ...mutated.slice(at)]);
    if (mutated.length === 0) break;
  }
  return mutated;
}
