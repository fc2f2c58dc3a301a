import { RunError } from "../../core/errors.ts";
import type { RunEvent } from "../../core/runs/events.ts";
import { evaluationRun } from "../evaluation/evaluationRun.ts";
import { mergeRun } from "../merge/mergeRun.ts";
import { openRequests } from "./openRequests.ts";
import { readManifest } from "./runFolder.ts";
import type { RunPerformer } from "./runPerformer.ts";
import { refuseRequests, type RunPermissions } from "./runRequests.ts";
import { RunSession } from "./runSession.ts";

/** Every kind of run, one line each. */
const performers: readonly RunPerformer[] = [evaluationRun, mergeRun];

/**
 * Performs, or resumes, the run in a folder, whatever its kind.
 * @throws RunError when the folder is not a run that can be worked on; ConfigurationError when it would do what is not allowed;
 *   CancelledError when it is cancelled; otherwise
 *   what the work throws
 */
export async function performRun(
  folder: string,
  options: {
    readonly onEvent?: (event: RunEvent) => void;
    readonly signal?: AbortSignal;
    readonly permissions?: RunPermissions;
  } = {},
): Promise<void> {
  const { kind: id } = await readManifest(folder);
  const performer = performers.find(({ kind }) => kind.id === id);
  if (performer === undefined) {
    throw new RunError(`This Medley does not know runs of kind ${JSON.stringify(id)}.`, {
      place: { file: folder },
      hint: "Update Medley.",
    });
  }
  const work = async (session: RunSession): Promise<void> => {
    refuseRequests(await openRequests(folder, session.manifest, options.permissions ?? {}));
    await performer.perform(session);
  };
  await RunSession.perform(folder, work, options);
}
