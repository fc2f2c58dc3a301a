import { IdleProcess } from "../rpc/idleProcess.ts";

/** The process that reads results. It holds the runs that were looked at. */
export class ResultsProcess extends IdleProcess {
  /** @param idleMilliseconds without a question, after which it ends */
  constructor(idleMilliseconds?: number) {
    super("results", "The process that reads results", idleMilliseconds);
  }
}
