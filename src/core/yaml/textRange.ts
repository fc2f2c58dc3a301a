/** Offsets from the first character to the one after the last, zero-based, in UTF-16 units, as editors count. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** Whether an offset is in a range or at one of its ends, where a cursor belongs to it too. */
export function touches({ start, end }: TextRange, offset: number): boolean {
  return start <= offset && offset <= end;
}
