/** A part of a text, by offsets in UTF-16 units; the end is behind its last one. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/** A replaced part of a text. */
export interface TextChange {
  readonly offset: number;
  /** Length of what was there. */
  readonly removed: number;
  /** Length of what is there now. */
  readonly inserted: number;
}

/**
 * Where a part of a text is after a change. What is typed at its edges stays outside, what is replaced across an edge ends
 * there.
 */
export function followChange({ start, end }: TextSpan, { offset, removed, inserted }: TextChange): TextSpan {
  const changeEnd = offset + removed;
  const shift = inserted - removed;
  if (changeEnd <= start) return { start: start + shift, end: end + shift };
  if (offset >= end) return { start, end };
  const newStart = offset < start ? offset + inserted : start;
  const newEnd = changeEnd > end ? Math.max(newStart, offset) : end + shift;
  return { start: newStart, end: Math.max(newStart, newEnd) };
}
