/** The English strings that the extension shows through `vscode.l10n.t`, each standing for itself. */
export function l10nStrings(): Record<string, string>;
