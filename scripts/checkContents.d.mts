export function checkContents(names: readonly string[], target: string): void;
export const needed: readonly string[];
