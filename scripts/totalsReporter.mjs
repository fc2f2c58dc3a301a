// A mocha reporter that prints as a built-in one does (option `style`) and also leaves the totals, as JSON, in the file
// that MEDLEY_TEST_TOTALS names.
import { writeFileSync } from "node:fs";
import Mocha from "mocha";

export default class TotalsReporter extends Mocha.reporters.Base {
  constructor(runner, options) {
    super(runner, options);
    const { style = "dot" } = options.reporterOptions ?? {};
    this.printed = new Mocha.reporters[style](runner, options);
    runner.once("end", () => {
      const { passes, failures, pending } = runner.stats;
      const totals = { passed: passes, failed: failures, skipped: pending };
      writeFileSync(process.env.MEDLEY_TEST_TOTALS, JSON.stringify(totals));
    });
  }

  done(failures, finish) {
    if (this.printed.done) this.printed.done(failures, finish);
    else finish(failures);
  }
}
