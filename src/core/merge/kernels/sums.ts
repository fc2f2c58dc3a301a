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

/** A sum over elements in double precision, in four lanes by index modulo four. */
export function sumOverElements(n: number, term: (index: number) => number): number {
  const lanes = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) lanes[i % 4]! += term(i);
  return lanes[0]! + lanes[2]! + (lanes[1]! + lanes[3]!);
}
