import { z } from "zod";
import { ResponseError } from "vscode-jsonrpc/node";
import {
  CancelledError,
  ConfigurationError,
  DataError,
  FileError,
  MedleyError,
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
    });
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new ResponseError(applicationError, detail);
}

/** The typed error that crossed the process boundary; anything else is returned as it is. */
export function fromWireError(error: unknown): unknown {
  if (!(error instanceof ResponseError)) return error;
  const data = wireErrorSchema.safeParse(error.data);
  const errorClass = data.success ? classes[data.data.code] : undefined;
  return errorClass === undefined ? error : new errorClass(error.message, { ...data.data, cause: error });
}
