#!/usr/bin/env node
// The first file of the command line. It imports nothing, so that it is there to say why the rest cannot be loaded.

try {
  await import("./main.ts");
} catch (error) {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== "EMFILE" && code !== "ENFILE") throw error;
  process.stderr.write("Medley cannot open its own files: too many are open.\nAllow more with: ulimit -n 1024\n");
  // As `exitStatus.data`: a file that cannot be read.
  process.exitCode = 3;
}

export {};
