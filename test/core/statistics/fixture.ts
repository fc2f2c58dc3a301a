import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

/** Reads test/fixtures/statistics/<name>.json: values that scipy, statsmodels or sklearn computed, as each file says. */
export function readFixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../fixtures/statistics/${name}.json`, import.meta.url), "utf8")) as T;
}

/** Expected values must be met to 1e-9, relative to values above 1. */
export function assertClose(actual: number | undefined, expected: number, what = "", tolerance = 1e-9): void {
  assert.ok(
    actual !== undefined && Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${what}: ${actual} is not ${expected}`,
  );
}

export function assertInterval(
  actual: { low: number; high: number } | undefined,
  [low, high]: readonly [number, number],
  what = "",
): void {
  assertClose(actual?.low, low, `${what} low`);
  assertClose(actual?.high, high, `${what} high`);
}
