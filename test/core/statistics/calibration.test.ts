import assert from "node:assert/strict";
import fc from "fast-check";
import { StatisticsError } from "../../../src/core/errors.ts";
import {
  biomistralCalibrationError,
  equalMassBins,
  equalWidthBins,
  expectedCalibrationError,
  maximumCalibrationError,
} from "../../../src/core/statistics/calibration.ts";
import { brierScore, softmax } from "../../../src/core/statistics/probabilityScores.ts";
import { aurocInterval, confidenceAuroc } from "../../../src/core/statistics/auroc.ts";
import { mean } from "../../../src/core/statistics/mean.ts";
import { assertClose, readFixture } from "./fixture.ts";

interface GoldenBin {
  lo: number;
  hi: number;
  n: number;
  conf: number | null;
  acc: number | null;
}

interface Case {
  n: number;
  probs: number[][];
  gold: number[];
  pred: number[];
  brier_multiclass: number;
  ece10_equal_width: number;
  mce10_equal_width: number;
  ece5_equal_width: number;
  ece15_equal_width: number;
  bins10_equal_width: GoldenBin[];
  ece10_equal_mass: number;
  bins10_equal_mass: GoldenBin[];
  auroc_confidence: number | null;
}

interface Golden {
  cases: Case[];
  auroc_with_ties: { conf: number[]; correct: number[]; auroc_confidence: number };
}

interface BiomistralCase {
  model: string;
  task: string;
  shots: number;
  results: {
    accuracy_constrained: number;
    ece5: number;
    ece10: number;
    ece5_bins: GoldenBin[];
    ece5_renormalised: number;
    brier_renormalised: number;
  };
  items: { p: number[]; gold: number; correct: boolean }[];
}

function assertBins(bins: ReturnType<typeof equalWidthBins>, expected: GoldenBin[]): void {
  assert.equal(bins.length, expected.length);
  bins.forEach((bin, i) => {
    const golden = expected[i]!;
    assert.equal(bin.n, golden.n);
    assertClose(bin.low, golden.lo);
    assertClose(bin.high, golden.hi);
    if (golden.n === 0) return assert.equal(bin.accuracy, undefined);
    assertClose(bin.meanConfidence, golden.conf!);
    assertClose(bin.accuracy, golden.acc!);
  });
}

const outcomes = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.boolean()), { minLength: 1, maxLength: 60 });
const split = (pairs: [number, boolean][]): [number[], boolean[]] => [
  pairs.map(([twentieths]) => twentieths / 20),
  pairs.map(([, correct]) => correct),
];

describe("probability scores and calibration", () => {
  const golden = readFixture<Golden>("calibration");
  for (const row of golden.cases) {
    it(`agrees with the reference formulas for ${row.n} items`, () => {
      const conf = row.probs.map((p) => Math.max(...p));
      const correct = row.gold.map((gold, i) => gold === row.pred[i]);
      assertClose(mean(row.probs.map((p, i) => brierScore(p, row.gold[i]!))), row.brier_multiclass);
      const bins = equalWidthBins(conf, correct);
      assertBins(bins, row.bins10_equal_width);
      assertClose(expectedCalibrationError(bins), row.ece10_equal_width);
      assertClose(maximumCalibrationError(bins), row.mce10_equal_width);
      assertClose(expectedCalibrationError(equalWidthBins(conf, correct, 5)), row.ece5_equal_width);
      assertClose(expectedCalibrationError(equalWidthBins(conf, correct, 15)), row.ece15_equal_width);
      const mass = equalMassBins(conf, correct);
      assertBins(mass, row.bins10_equal_mass);
      assertClose(expectedCalibrationError(mass), row.ece10_equal_mass);
      if (row.auroc_confidence === null) assert.equal(confidenceAuroc(conf, correct), undefined);
      else assertClose(confidenceAuroc(conf, correct), row.auroc_confidence);
    });
  }

  it("agrees with sklearn's AUROC when confidences tie", () => {
    const { conf, correct, auroc_confidence } = golden.auroc_with_ties;
    assertClose(confidenceAuroc(conf, correct.map(Boolean)), auroc_confidence);
  });

  for (const row of readFixture<{ cases: BiomistralCase[] }>("biomistral_calibration").cases) {
    it(`gives BioMistral's ECE for ${row.model}, ${row.task}, ${row.shots} shots`, () => {
      const conf = row.items.map(({ p }) => Math.max(...p));
      const correct = row.items.map((item) => item.correct);
      assertClose(biomistralCalibrationError(conf, correct), row.results.ece5);
      assertBins(equalWidthBins(conf, correct, 5), row.results.ece5_bins);
      assertClose(expectedCalibrationError(equalWidthBins(conf, correct, 10)), row.results.ece10);
      const normalised = row.items.map(({ p }) => softmax(p.map(Math.log))!);
      const renormalised = normalised.map((p) => Math.max(...p));
      assertClose(expectedCalibrationError(equalWidthBins(renormalised, correct, 5)), row.results.ece5_renormalised);
      assertClose(mean(normalised.map((p, i) => brierScore(p, row.items[i]!.gold))), row.results.brier_renormalised);
    });
  }

  it("follows the published numpy script on bin edges and zeros", () => {
    const conf = [0.95, 0.81, 0.8, 0.62, 0.55, 0.41, 0.39, 0.2, 0];
    const correct = [1, 1, 0, 1, 0, 1, 0, 0, 0].map(Boolean);
    assertClose(biomistralCalibrationError(conf, correct), 0.14333333333333334);
    assertClose(expectedCalibrationError(equalWidthBins(conf, correct, 10)), 0.35);
    // numpy.linspace(0, 1, 6)[3] is 0.6000000000000001, so 0.6 and that value lie in the third bin.
    assert.deepEqual(
      equalWidthBins([0.6, 0.6000000000000001, 0.6000000000000002], [true, true, true], 5).map((bin) => bin.n),
      [0, 0, 2, 1, 0],
    );
    // A right answer of confidence 0 is in no bin of the script, but in the first of ours.
    assert.equal(biomistralCalibrationError([0, 0.5], [true, true]), 0.25);
    assert.equal(expectedCalibrationError(equalWidthBins([0, 0.5], [true, true], 5)), 0.75);
    assert.equal(biomistralCalibrationError([0], [true]), 0);
  });

  it("is invariant under permutation of the items, ties included", () => {
    fc.assert(
      fc.property(outcomes, fc.integer(), (pairs, turn) => {
        const rotated = pairs.map((_, i) => pairs[(i + Math.abs(turn)) % pairs.length]!).reverse();
        const [a, b] = [split(pairs), split(rotated)];
        for (const statistic of [
          (c: number[], k: boolean[]) => expectedCalibrationError(equalWidthBins(c, k)),
          (c: number[], k: boolean[]) => expectedCalibrationError(equalMassBins(c, k)),
          (c: number[], k: boolean[]) => maximumCalibrationError(equalMassBins(c, k, 4)),
          (c: number[], k: boolean[]) => confidenceAuroc(c, k) ?? -1,
          biomistralCalibrationError,
        ]) {
          const value = statistic(...a);
          assert.ok(Number.isFinite(value));
          assertClose(statistic(...b), value);
        }
      }),
      { seed: 8, numRuns: 200 },
    );
  });

  it("puts every item into one bin and keeps ECE between 0 and MCE", () => {
    fc.assert(
      fc.property(outcomes, fc.integer({ min: 1, max: 30 }), (pairs, count) => {
        const [conf, correct] = split(pairs);
        for (const bins of [equalWidthBins(conf, correct, count), equalMassBins(conf, correct, count)]) {
          assert.equal(
            bins.reduce((sum, bin) => sum + bin.n, 0),
            pairs.length,
          );
          const ece = expectedCalibrationError(bins);
          assert.ok(0 <= ece && ece <= maximumCalibrationError(bins) + 1e-12 && ece <= 1);
        }
      }),
      { seed: 9, numRuns: 200 },
    );
  });

  it("AUROC: 1 when right answers are surer, reversed by reversing, undefined without both kinds", () => {
    assert.equal(confidenceAuroc([0.9, 0.8, 0.2], [true, true, false]), 1);
    assert.equal(confidenceAuroc([0.5, 0.5], [true, false]), 0.5);
    assert.equal(confidenceAuroc([0.5, 0.6], [true, true]), undefined);
    assert.equal(confidenceAuroc([0.5, 0.6], [false, false]), undefined);
    fc.assert(
      fc.property(outcomes, (pairs) => {
        const [conf, correct] = split(pairs);
        const auroc = confidenceAuroc(conf, correct);
        const reversed = confidenceAuroc(conf.map((c) => 1 - c), correct); // prettier-ignore
        if (auroc === undefined) assert.equal(reversed, undefined);
        else assertClose(reversed, 1 - auroc);
      }),
      { seed: 10, numRuns: 200 },
    );
  });

  it("gives the AUROC the limits that lie 1.96 of Hanley and McNeil's standard errors away", () => {
    const each = 40;
    /** As they print it, with Q1 and Q2, which for as many right as wrong answers is Newcombe's method 5. */
    const standardError = (theta: number): number => {
      const q1 = theta / (2 - theta);
      const q2 = (2 * theta ** 2) / (1 + theta);
      const variance = theta * (1 - theta) + (each - 1) * (q1 - theta ** 2) + (each - 1) * (q2 - theta ** 2);
      return Math.sqrt(variance / each ** 2);
    };
    for (const auroc of [0.03, 0.5, 0.72, 0.99]) {
      const { low, high } = aurocInterval(auroc, each, each);
      assertClose(auroc - low, 1.959963984540054 * standardError(low));
      assertClose(high - auroc, 1.959963984540054 * standardError(high));
    }
  });

  it("gives an AUROC of 0 or 1 an interval with width, and refuses one without both kinds of answers", () => {
    assert.equal(aurocInterval(1, 12, 5).high, 1);
    assert.ok(aurocInterval(1, 12, 5).low < 1 && aurocInterval(1, 12, 5).low > 0.5);
    assert.equal(aurocInterval(0, 12, 5).low, 0);
    assert.ok(aurocInterval(0, 12, 5).high > 0);
    assert.throws(() => aurocInterval(0.5, 0, 5), StatisticsError);
    assert.throws(() => aurocInterval(1.2, 5, 5), StatisticsError);
  });

  it("softmax is shift-invariant, survives very small likelihoods and says when there is nothing to normalise", () => {
    assert.deepEqual(softmax([-2000, -2000]), [0.5, 0.5]);
    assert.deepEqual(softmax([0, -Infinity]), [1, 0]);
    assert.equal(softmax([-Infinity, -Infinity]), undefined);
    const p = softmax([-1, -2, -3])!;
    softmax([-1001, -1002, -1003])!.forEach((value, i) => assertClose(value, p[i]!));
    assert.throws(() => softmax([]), StatisticsError);
    assert.throws(() => softmax([0, Number.NaN]), StatisticsError);
    assert.throws(() => softmax([Infinity]), StatisticsError);
  });

  it("refuses what is not a set of outcomes", () => {
    const wrong: [number[], boolean[]][] = [
      [[], []],
      [[0.5], []],
      [[1.5], [true]],
      [[Number.NaN], [true]],
      [[-0.1], [true]],
    ];
    for (const [conf, correct] of wrong) {
      for (const statistic of [equalWidthBins, equalMassBins, biomistralCalibrationError, confidenceAuroc]) {
        assert.throws(() => statistic(conf, correct), StatisticsError);
      }
    }
    for (const bins of [0, -1, 1.5, Number.NaN])
      assert.throws(() => equalWidthBins([0.5], [true], bins), StatisticsError);
    assert.throws(() => brierScore([0.5, 0.5], 2), StatisticsError);
  });
});
