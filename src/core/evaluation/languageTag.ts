import { z } from "zod";

/** A BCP 47 language tag as users write it: a language of two or three letters, perhaps with a script or region. */
export const languageTagSchema = z
  .string()
  .regex(/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i, "Write a language as its tag, for example en, fr, ar or pt-BR.");
