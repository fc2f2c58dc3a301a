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
  message: z.string(),
  /** Absent for a defect. */
  code: z.string().optional(),
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

/** An error on its way between processes or threads, which do not share classes. */
export type WireError = z.infer<typeof wireErrorSchema>;

const classes: Readonly<Record<string, new (message: string, options?: MedleyErrorOptions) => MedleyError>> = {
  "file.unusable": FileError,
  "configuration.invalid": ConfigurationError,
  "data.malformed": DataError,
  "model.unusable": ModelError,
  "model.hostEnded": ModelHostError,
  "run.unusable": RunError,
  cancelled: CancelledError,
};

/** A defect keeps its stack in the message. */
export function toWireError(error: unknown): WireError {
  if (!(error instanceof MedleyError)) {
    return { message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  const { message, code, hint, place } = error;
  return {
    message,
    code,
    hint,
    place,
    ...(error instanceof MissingDataError && { benchmarks: error.benchmarks as string[] }),
  };
}

/** The typed error that was sent; an Error with its message where the class is not known here. */
export function fromWireError({ message, code, hint, place, benchmarks }: WireError, cause?: unknown): Error {
  const errorClass = classes[code ?? ""];
  const options = { hint, place, cause };
  if (errorClass === undefined) return new Error(message, { cause });
  return benchmarks === undefined
    ? new errorClass(message, options)
    : new MissingDataError(message, { ...options, benchmarks });
}

/** Outside of the numbers that JSON-RPC and its implementation keep for themselves. */
const applicationError = 1;

/** The form in which JSON-RPC carries an error. */
export function toResponseError(error: unknown): ResponseError<WireError> {
  const wire = toWireError(error);
  return new ResponseError(applicationError, wire.message, wire);
}

/** The error that a request was answered with; what else went wrong with it is returned as it is. */
export function fromResponseError(error: unknown): unknown {
  if (!(error instanceof ResponseError)) return error;
  const { success, data } = wireErrorSchema.safeParse(error.data);
  return success && data.code !== undefined ? fromWireError(data, error) : error;
}
