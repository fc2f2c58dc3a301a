/** The WebAssembly module of `assembly/`, in base64; written by scripts/buildKernels.mjs during `npm run build`. */
export const wasmModule: string;
