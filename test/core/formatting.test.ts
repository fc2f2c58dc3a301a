import assert from "node:assert/strict";
import { formatBytes, formatCount, formatDuration } from "../../src/core/formatting.ts";

describe("formatting", () => {
  it("writes durations in the two largest units", () => {
    const cases: [number, string][] = [
      [0, "0 s"],
      [59.4, "59 s"],
      [59.6, "1 min 00 s"],
      [245, "4 min 05 s"],
      [3600, "1 h 00 min"],
      [7659, "2 h 07 min"],
    ];
    for (const [seconds, text] of cases) assert.equal(formatDuration(seconds), text);
  });

  it("writes sizes with three significant digits and never 1000 of a unit", () => {
    assert.equal(formatBytes(0), "0 B");
    assert.equal(formatBytes(999), "999 B");
    assert.equal(formatBytes(1000), "1 kB");
    assert.equal(formatBytes(999_999), "1 MB");
    assert.equal(formatBytes(4_368_438_944), "4.37 GB");
    assert.equal(formatCount(7_241_732_096), "7.24B");
    assert.equal(formatCount(260_000), "260K");
  });
});
