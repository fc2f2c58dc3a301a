import { lend, type Lender } from "../modelHost/lentModel.ts";
import { IdleProcess } from "../rpc/idleProcess.ts";

/** The process that reads results. It holds the runs that were looked at. */
export class ResultsProcess extends IdleProcess {
  /**
   * @param lender finds models that are loaded already, which the process may use
   * @param idleMilliseconds without a question, after which it ends
   */
  constructor(lender: Lender, idleMilliseconds?: number) {
    super("results", "The process that reads results", idleMilliseconds, (process) => lend(process, lender));
  }
}
