import { chiSquareSurvival } from "./distributions.ts";

export interface ChiSquareTest {
  readonly statistic: number;
  readonly df: number;
  readonly pValue: number;
}

/**
 * Stuart–Maxwell test that two paired classifications have the same distribution over k categories (Stuart, Biometrika
 * 42, 1955; Maxwell, British J. Psychiatry 116, 1970): dᵀ V⁻ d with d = row sums − column sums and V the variance of d
 * under the hypothesis. For two categories it is McNemar's test without correction. Categories that never disagree with
 * others, or only within a group of their own, lower the degrees of freedom. Undefined when nothing disagrees.
 * @param table k × k counts: `table[i][j]` items got i from the first and j from the second
 */
export function stuartMaxwellTest(table: readonly (readonly number[])[]): ChiSquareTest | undefined {
  const categories = table.map((_, index) => index);
  const disagreement = (i: number, j: number): number => table[i]![j]! + table[j]![i]!;
  const difference = categories.map((i) => categories.reduce((sum, j) => sum + table[i]![j]! - table[j]![i]!, 0));
  let statistic = 0;
  let df = 0;
  for (const component of connectedComponents(categories, (i, j) => disagreement(i, j) > 0)) {
    // Within a component V has rank one less than its size: the last category follows from the others.
    const kept = component.slice(0, -1);
    const variance = kept.map((i) =>
      kept.map((j) => {
        if (i !== j) return -disagreement(i, j);
        return component.reduce((sum, other) => (other === i ? sum : sum + disagreement(i, other)), 0);
      }),
    );
    const d = kept.map((i) => difference[i]!);
    const solved = solvePositiveDefinite(variance, d);
    statistic += d.reduce((sum, value, index) => sum + value * solved[index]!, 0);
    df += kept.length;
  }
  return df === 0 ? undefined : { statistic, df, pValue: chiSquareSurvival(statistic, df) };
}

function connectedComponents(nodes: readonly number[], linked: (i: number, j: number) => boolean): number[][] {
  const rest = new Set(nodes);
  const components: number[][] = [];
  for (const start of nodes) {
    if (!rest.delete(start)) continue;
    const component = [start];
    for (const node of component) {
      for (const other of rest) {
        if (linked(node, other)) {
          rest.delete(other);
          component.push(other);
        }
      }
    }
    components.push(component);
  }
  return components;
}

/** Solves A x = b by Gaussian elimination; a positive definite A needs no pivoting. */
function solvePositiveDefinite(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  const n = rows.length;
  for (let pivot = 0; pivot < n; pivot++) {
    for (let i = pivot + 1; i < n; i++) {
      const factor = rows[i]![pivot]! / rows[pivot]![pivot]!;
      for (let j = pivot; j <= n; j++) rows[i]![j]! -= factor * rows[pivot]![j]!;
    }
  }
  const solution = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    let value = rows[i]![n]!;
    for (let j = i + 1; j < n; j++) value -= rows[i]![j]! * solution[j]!;
    solution[i] = value / rows[i]![i]!;
  }
  return solution;
}
