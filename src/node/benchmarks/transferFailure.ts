/** This address cannot give the file; another one may. */
export class UnusableAddress extends Error {}

/** It may work when tried again. */
export class TemporaryFailure extends Error {
  /** Wait that the server asks for, in milliseconds. */
  readonly wait: number | undefined;

  constructor(message: string, wait?: number) {
    super(message);
    this.wait = wait;
  }
}

/** What went wrong below a failed request; fetch wraps it. */
export function describeCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
