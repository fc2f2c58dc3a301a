import { describeError as describe } from "../core/errors.ts";
import type { Remedy } from "../core/remedy.ts";

/** An error as text, with its remedy worded for the command line. */
export function describeError(error: unknown): string {
  return describe(error, wordRemedy);
}

function wordRemedy(remedy: Remedy): string {
  switch (remedy.action) {
    case "fetchData":
      return `Get the data with: medley data fetch ${remedy.benchmarks.join(" ")}`;
    case "listRuns":
      return "List the runs with: medley runs";
    case "startNewRun":
      return "Or start a new run with --new.";
    case "resumeRun":
      return `Go on with it: medley runs resume ${remedy.folder}`;
    case "followRun":
      return `Follow it with: medley runs follow ${remedy.folder}`;
    case "reportRuns":
      return `See: medley report ${remedy.folders.join(" ")}`;
    case "overwriteOutput":
      return "Or replace what is there with --overwrite.";
    case "allowMemory":
      return `Allow more with --memory ${Math.ceil(remedy.bytes / 2 ** 20)}M.`;
    case "allowMixedArchitectures":
      return "Or try anyway with --allow-crimes.";
    case "nameIntermediateFolder":
      return "Give a folder for such results with --intermediate-dir.";
    case "useBuiltInEngine":
      return "Leave --backend out to use the built-in engine.";
  }
}
