import type { z } from "zod";

/** A request that a child process answers. Both sides validate with the schemas. */
export interface RpcMethod<Params, Result> {
  readonly name: string;
  readonly params: z.ZodType<Params>;
  readonly result: z.ZodType<Result>;
}

export function defineMethod<Params, Result>(
  name: string,
  params: z.ZodType<Params>,
  result: z.ZodType<Result>,
): RpcMethod<Params, Result> {
  return { name, params, result };
}
