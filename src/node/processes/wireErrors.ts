import type { z } from "zod";
import { ResponseError } from "vscode-jsonrpc/node";
import { errorClasses, MedleyError } from "../../core/errors.ts";
import { runFailureSchema } from "../../core/runs/manifest.ts";

/** As a run records why it failed; a defect has no code. */
const wireErrorSchema = runFailureSchema.partial({ code: true });

/** An error on its way between processes or threads, which do not share classes. */
export type WireError = z.infer<typeof wireErrorSchema>;

const classes = new Map(errorClasses.map((errorClass) => [new errorClass("").code, errorClass]));

/** A defect keeps its stack in the message. */
export function toWireError(error: unknown): WireError {
  if (!(error instanceof MedleyError)) {
    return { message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  const { message, code, hint, place, remedy } = error;
  return { message, code, hint, place, remedy };
}

/** The typed error that was sent; an Error with its message where the class is not known here. */
export function fromWireError({ message, code, hint, place, remedy }: WireError, cause?: unknown): Error {
  const errorClass = code === undefined ? undefined : classes.get(code);
  if (errorClass === undefined) return new Error(message, { cause });
  return new errorClass(message, { hint, place, remedy, cause });
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
