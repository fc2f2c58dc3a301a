/** A sum over the models in their order and in single precision: sixteen at a time apart, the last, incomplete sixteen first. */
export function sumOverModels(terms: readonly number[]): number {
  let sum = 0;
  let sixteens = 0;
  for (const [model, term] of terms.entries()) {
    sum = Math.fround(sum + term);
    if (model % 16 === 15) {
      sixteens = Math.fround(sixteens + sum);
      sum = 0;
    }
  }
  return Math.fround(sum + sixteens);
}
