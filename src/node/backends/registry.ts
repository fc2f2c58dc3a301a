import { Backends } from "./backends.ts";
import { llamaCpp } from "./llamaCpp/llamaCpp.ts";

/** Every backend, one line each. */
export const backends = new Backends([llamaCpp]);
