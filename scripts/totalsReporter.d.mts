import { reporters, type MochaOptions, type Runner } from "mocha";

/** Prints as mocha's reporter `style` does, and leaves the totals in the file that MEDLEY_TEST_TOTALS names. */
export default class TotalsReporter extends reporters.Base {
  constructor(runner: Runner, options: MochaOptions);
}
