// Slows renaming and removing down, so that a kill can hit between any two of them. For `node --import`.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";

const milliseconds = 4;

for (const name of ["rename", "rm"]) {
  const original = fs.promises[name];
  fs.promises[name] = async (...args) => {
    await sleep(milliseconds);
    return await original(...args);
  };
}
syncBuiltinESMExports();
