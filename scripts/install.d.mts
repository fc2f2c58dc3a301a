/** Python with the transformers library, in an environment of its own. */
export const transformersPython: string;
