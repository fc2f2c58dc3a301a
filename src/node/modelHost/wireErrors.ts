import { z } from "zod";
import { ResponseError } from "vscode-jsonrpc/node";
import {
  CancelledError,
  ConfigurationError,
  DataError,
  FileError,
  MedleyError,
  MissingDataError,
  ModelError,
  ModelHostError,
  RunError,
  type MedleyErrorOptions,
} from "../../core/errors.ts";

const wireErrorSchema = z.object({
  code: z.string(),
  hint: z.string().optional(),
  place: z
    .object({
      file: z.string().optional(),
      line: z.number().optional(),
      column: z.number().optional(),
      field: z.string().optional(),
    })
    .optional(),
  benchmarks: z.array(z.string()).optional(),
});

/** Outside of the numbers that JSON-RPC and its implementation keep for themselves. */
const applicationError = 1;

const classes: Readonly<Record<string, new (message: string, options?: MedleyErrorOptions) => MedleyError>> = {
  "file.unusable": FileError,
  "configuration.invalid": ConfigurationError,
  "data.malformed": DataError,
  "model.unusable": ModelError,
  "model.hostEnded": ModelHostError,
  "run.unusable": RunError,
  cancelled: CancelledError,
};

/** The form in which an error crosses the process boundary. A defect keeps its stack in the message. */
export function toWireError(error: unknown): ResponseError<unknown> {
  if (error instanceof MedleyError) {
    return new ResponseError(applicationError, error.message, {
      code: error.code,
      hint: error.hint,
      place: error.place,
      ...(error instanceof MissingDataError && { benchmarks: error.benchmarks }),
    });
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new ResponseError(applicationError, detail);
}

/** The typed error that crossed the process boundary; anything else is returned as it is. */
export function fromWireError(error: unknown): unknown {
  if (!(error instanceof ResponseError)) return error;
  const { success, data } = wireErrorSchema.safeParse(error.data);
  const errorClass = success ? classes[data.code] : undefined;
  if (!success || errorClass === undefined) return error;
  const { hint, place, benchmarks } = data;
  const options = { hint, place, cause: error };
  if (benchmarks !== undefined) return new MissingDataError(error.message, { ...options, benchmarks });
  return new errorClass(error.message, options);
}
