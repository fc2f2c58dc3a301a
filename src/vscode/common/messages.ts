import * as vscode from "vscode";

/**
 * Text for a notification. The editor makes links out of `[text](command:…)` in it, and what a file or a run is called
 * must not become one: an invisible word joiner parts the brackets.
 */
export function withoutLinks(text: string): string {
  return text.replaceAll("](", "]\u2060(");
}

interface Show {
  <T extends string | vscode.MessageItem>(message: string, ...actions: T[]): Thenable<T | undefined>;
  <T extends string | vscode.MessageItem>(
    message: string,
    options: vscode.MessageOptions,
    ...actions: T[]
  ): Thenable<T | undefined>;
}

type Kind = "showErrorMessage" | "showWarningMessage" | "showInformationMessage";

function show(kind: Kind): Show {
  return ((message: string, ...rest: string[]) => vscode.window[kind](withoutLinks(message), ...rest)) as Show;
}

/** The one way to notify the user. Messages may hold texts of files. */
export const messages = {
  error: show("showErrorMessage"),
  warn: show("showWarningMessage"),
  inform: show("showInformationMessage"),
} as const;
