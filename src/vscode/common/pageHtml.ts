import { randomBytes } from "node:crypto";
import * as vscode from "vscode";

export interface PageOptions {
  /** The module that draws the page. */
  readonly script: vscode.Uri;
  readonly title: string;
  /** Id of the element that the page draws into. */
  readonly elementId: string;
  /** What the page is given from the start: JSON in the element's attribute `data-state`. */
  readonly state: unknown;
}

/** The document of a webview. The page may run its own script and nothing else; it reaches no network, and loads no picture. */
export function pageHtml(webview: vscode.Webview, { script, title, elementId, state }: PageOptions): string {
  const nonce = randomBytes(16).toString("base64");
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
  ].join("; ");
  return `<!doctype html>
<html lang="${escapeAttribute(vscode.env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeAttribute(title)}</title>
</head>
<body>
<main id="${elementId}" data-state="${escapeAttribute(JSON.stringify(state))}"></main>
<script type="module" nonce="${nonce}" src="${webview.asWebviewUri(script).toString()}"></script>
</body>
</html>`;
}

/** Text escaped for an element or a double-quoted attribute. */
function escapeAttribute(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
