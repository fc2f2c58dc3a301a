import assert from "node:assert/strict";
import { StatisticsError } from "../../../src/core/errors.ts";
import { PythonRandom } from "../../../src/core/random/pythonRandom.ts";
import { bootstrapInterval } from "../../../src/core/statistics/bootstrap.ts";
import {
  biomistralCalibrationError,
  equalMassBins,
  equalWidthBins,
  expectedCalibrationError,
} from "../../../src/core/statistics/calibration.ts";
import { calibrationReport } from "../../../src/core/statistics/calibrationReport.ts";
import { normalCdf, normalQuantile } from "../../../src/core/statistics/distributions.ts";
import { aurocInterval, confidenceAuroc } from "../../../src/core/statistics/selectivePrediction.ts";
import { assertClose } from "./fixture.ts";

/** A model that is right with probability confidence − overconfidence. */
function simulate(n: number, overconfidence: number, seed: number): { confidences: number[]; correct: boolean[] } {
  const random = new PythonRandom(seed);
  const confidences = Array.from({ length: n }, () => 0.25 + 0.75 * random.random());
  return { confidences, correct: confidences.map((c) => random.random() < c - overconfidence) };
}

describe("calibrationReport", () => {
  const outcomes = simulate(300, 0.2, 3);
  const report = calibrationReport(outcomes, { seed: 1, resamples: 100 });

  it("agrees with the single functions and gives every estimate an interval around it", () => {
    const { confidences, correct } = outcomes;
    assert.equal(report.ece.estimate, expectedCalibrationError(equalWidthBins(confidences, correct)));
    assert.equal(report.eceEqualMass.estimate, expectedCalibrationError(equalMassBins(confidences, correct)));
    assert.equal(report.eceBiomistral.estimate, biomistralCalibrationError(confidences, correct));
    assert.equal(report.auroc!.estimate, confidenceAuroc(confidences, correct));
    for (const { estimate, interval } of [report.brier, report.ece, report.eceEqualMass, report.auroc!, report.aurc]) {
      assert.ok(interval!.low <= estimate && estimate <= interval!.high);
      assert.ok(interval!.low >= 0 && interval!.high <= 1);
    }
    assert.deepEqual(
      report.selective.map(({ coverage, n }) => [coverage, n]),
      [[0.25, 75], [0.5, 150], [0.75, 225], [1, 300]], // prettier-ignore
    );
    assert.equal(report.selective[3]!.accuracy, report.accuracy.accuracy);
    assert.ok(report.mce >= report.ece.estimate);
  });

  it("is reproducible by its seed", () => {
    assert.deepEqual(calibrationReport(outcomes, { seed: 1, resamples: 100 }), report);
    assert.notDeepEqual(calibrationReport(outcomes, { seed: 2, resamples: 100 }).ece.interval, report.ece.interval);
  });

  it("takes the bootstrap that allows for the upward bias of ECE", () => {
    const covered = { basic: 0, percentile: 0 };
    const rounds = 40;
    for (let seed = 0; seed < rounds; seed++) {
      const { confidences, correct } = simulate(200, 0.05, seed);
      const statistic = (items: readonly number[]): number =>
        expectedCalibrationError(equalWidthBins(items.map((i) => confidences[i]!), items.map((i) => correct[i]!))); // prettier-ignore
      for (const method of ["basic", "percentile"] as const) {
        const { interval } = bootstrapInterval({ n: 200, statistic, seed, resamples: 100, method });
        if (interval.low <= 0.05 && 0.05 <= interval.high) covered[method]++;
      }
    }
    assert.ok(covered.basic >= 0.8 * rounds && covered.percentile <= 0.5 * rounds, JSON.stringify(covered));
  });

  it("resamples clusters where they are given", () => {
    // Each item three times: as clusters they carry the information of a third of the items.
    const triple = <T>(values: readonly T[]): T[] => values.flatMap((value) => [value, value, value]);
    const tripled = { confidences: triple(outcomes.confidences), correct: triple(outcomes.correct) };
    const clusters = triple(outcomes.correct.map((_, i) => `item ${i}`));
    const width = ({ low, high }: { low: number; high: number }): number => high - low;
    const plain = calibrationReport(tripled, { seed: 1, resamples: 150 });
    const clustered = calibrationReport({ ...tripled, clusters }, { seed: 1, resamples: 150 });
    assertClose(clustered.aurc.estimate, plain.aurc.estimate);
    for (const part of ["brier", "auroc", "aurc"] as const) {
      const ratio = width(clustered[part]!.interval!) / width(plain[part]!.interval!);
      assert.ok(ratio > 1.4 && ratio < 2.1, `${part}: ${ratio} instead of √3`);
    }
    assert.equal(clustered.accuracy.method, "clustered");
  });

  it("says what cannot be said: one item, only right answers, no items", () => {
    const one = calibrationReport({ confidences: [0.8], correct: [true] }, { seed: 1 });
    assertClose(one.ece.estimate, 0.2);
    assert.equal(one.ece.interval, undefined);
    assert.equal(one.brier.interval, undefined);
    assert.equal(one.auroc, undefined);
    assert.throws(() => calibrationReport({ confidences: [], correct: [] }, { seed: 1 }), StatisticsError);
    assert.throws(() => calibrationReport({ confidences: [2], correct: [true] }, { seed: 1 }), StatisticsError);
  });
});

describe("aurocInterval", () => {
  it("contains the estimate, mirrors, narrows with n and keeps width at the edges", () => {
    for (const auroc of [0, 0.1, 0.5, 0.77, 1]) {
      const { low, high } = aurocInterval(auroc, 40, 25);
      assert.ok(0 <= low && low <= auroc && auroc <= high && high <= 1);
      const mirrored = aurocInterval(1 - auroc, 40, 25);
      assertClose(mirrored.low, 1 - high);
      const more = aurocInterval(auroc, 400, 250);
      assert.ok(more.high - more.low < high - low && more.high > more.low);
    }
  });

  it("has roughly its nominal coverage for a binormal model", () => {
    const random = new PythonRandom(9);
    const normal = (): number => normalQuantile(random.random() || 0.5);
    const truth = normalCdf(1 / Math.SQRT2);
    const correct = Array.from({ length: 60 }, (_, i) => i < 20);
    let covered = 0;
    for (let round = 0; round < 200; round++) {
      const scores = correct.map((right) => normalCdf(normal() + (right ? 1 : 0)));
      const { low, high } = aurocInterval(confidenceAuroc(scores, correct)!, 20, 40);
      if (low <= truth && truth <= high) covered++;
    }
    assert.ok(covered >= 180 && covered <= 199, `${covered} of 200`);
  });

  it("refuses what is not an AUROC", () => {
    for (const [auroc, right, wrong] of [
      [1.1, 5, 5],
      [Number.NaN, 5, 5],
      [0.5, 0, 5],
      [0.5, 5, 0],
    ] as const) {
      assert.throws(() => aurocInterval(auroc, right, wrong), StatisticsError);
    }
  });
});
