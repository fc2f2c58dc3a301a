/** Boundary between where `below` holds (from `low` on) and where it does not, to the last bit. */
export function bisect(below: (x: number) => boolean, low: number, high: number): number {
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return high;
    if (below(middle)) low = middle;
    else high = middle;
  }
}
