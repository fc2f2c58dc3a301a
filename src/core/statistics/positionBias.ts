import { StatisticsError } from "../errors.ts";
import { accuracyEstimate, type AccuracyEstimate } from "./accuracy.ts";
import { chiSquareSurvival } from "./distributions.ts";
import { checkNotEmpty, defaultConfidence } from "./interval.ts";
import { stuartMaxwellTest, type ChiSquareTest } from "./marginalHomogeneity.ts";
import { populationSd } from "./mean.ts";

/** One answered item, positions counted from 0 in the order in which the options were shown. */
export interface PositionAnswer {
  readonly options: number;
  /** null when the answer was invalid. */
  readonly predicted: number | null;
  readonly gold: number;
}

export interface PositionStatistics {
  readonly position: number;
  /** Items whose right option stood here. */
  readonly gold: number;
  /** Items for which the model chose this position. */
  readonly predicted: number;
  /** Accuracy on the items whose right option stood here, invalid answers counting as wrong; undefined for none. */
  readonly accuracy: AccuracyEstimate | undefined;
}

/** How a model's choices depend on where an option stands, for items with the same number of options. */
export interface PositionBias {
  readonly options: number;
  readonly n: number;
  readonly invalid: number;
  readonly positions: readonly PositionStatistics[];
  /**
   * Pearson's goodness-of-fit test of the valid choices against equal use of all positions. Where the right options are
   * not spread evenly an unbiased, accurate model fails it too: then `againstGold` is the test to read.
   */
  readonly againstUniform: UniformTest | undefined;
  /** Stuart–Maxwell test that choices and right options are spread alike over the positions; valid answers only. */
  readonly againstGold: ChiSquareTest | undefined;
  /**
   * Population standard deviation of the accuracies by position (Zheng et al., ICLR 2024, arXiv 2309.03882); undefined
   * when some position never holds the right option.
   */
  readonly accuracySd: number | undefined;
}

export interface UniformTest extends ChiSquareTest {
  /** Expected count of each position; below 5 the p-value is not to be trusted (Cochran, Biometrics 10, 1954). */
  readonly expected: number;
}

/**
 * A report for each number of options that occurs, ascending.
 * @throws StatisticsError when there are no answers or a position does not exist
 */
export function positionBias(answers: readonly PositionAnswer[], confidence = defaultConfidence): PositionBias[] {
  checkNotEmpty(answers, "answers");
  answers.forEach(checkAnswer);
  const counts = [...new Set(answers.map(({ options }) => options))].sort((a, b) => a - b);
  return counts.map((options) =>
    biasOf(
      options,
      answers.filter((answer) => answer.options === options),
      confidence,
    ),
  );
}

function biasOf(options: number, answers: readonly PositionAnswer[], confidence: number): PositionBias {
  const positions = Array.from({ length: options }, (_, position) => {
    const here = answers.filter(({ gold }) => gold === position);
    const correct = here.map(({ predicted }) => predicted === position);
    return {
      position,
      gold: here.length,
      predicted: answers.filter(({ predicted }) => predicted === position).length,
      accuracy: here.length === 0 ? undefined : accuracyEstimate(correct, undefined, confidence),
    };
  });
  const accuracies = positions.map(({ accuracy }) => accuracy?.accuracy).filter((value) => value !== undefined);
  return {
    options,
    n: answers.length,
    invalid: answers.filter(({ predicted }) => predicted === null).length,
    positions,
    againstUniform: uniformTest(positions.map(({ predicted }) => predicted)),
    againstGold: stuartMaxwellTest(choiceTable(options, answers)),
    accuracySd: accuracies.length < options ? undefined : populationSd(accuracies),
  };
}

/** Pearson's chi-square against equal frequencies; undefined for fewer than two categories or no observation. */
function uniformTest(counts: readonly number[]): UniformTest | undefined {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const df = counts.length - 1;
  if (expected === 0 || df < 1) return undefined;
  const statistic = counts.reduce((sum, count) => sum + (count - expected) ** 2, 0) / expected;
  return { statistic, df, expected, pValue: chiSquareSurvival(statistic, df) };
}

/** Chosen position by position of the right option, valid answers only. */
function choiceTable(options: number, answers: readonly PositionAnswer[]): number[][] {
  const table = Array.from({ length: options }, () => new Array<number>(options).fill(0));
  for (const { predicted, gold } of answers) if (predicted !== null) table[predicted]![gold]!++;
  return table;
}

function checkAnswer({ options, predicted, gold }: PositionAnswer, index: number): void {
  const exists = (position: number): boolean => Number.isInteger(position) && position >= 0 && position < options;
  if (!exists(gold) || (predicted !== null && !exists(predicted))) {
    throw new StatisticsError(
      `Answer ${index + 1} has the right option at ${gold} and the choice at ${predicted}, but positions go from 0 to ${options - 1}.`,
    );
  }
}
