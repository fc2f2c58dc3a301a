// Stands in for the module `vscode`: as much of it as the tested modules use, with the editor's own behaviour. What a test
// sets and reads of it is in `state`.
import { readFileSync } from "node:fs";
import path from "node:path";

interface Disposable {
  dispose(): void;
}
type Listener<T> = (event: T) => unknown;

export class EventEmitter<T> {
  private readonly listeners = new Set<Listener<T>>();
  readonly event = (listener: Listener<T>): Disposable => {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  };
  fire(event: T): void {
    for (const listener of [...this.listeners]) listener(event);
  }
  dispose(): void {
    this.listeners.clear();
  }
}

export class Uri {
  static file(fsPath: string): Uri {
    return new Uri(fsPath);
  }
  readonly scheme = "file";
  private constructor(readonly fsPath: string) {}
  toString(): string {
    return `file://${this.fsPath}`;
  }
}

export class RelativePattern {
  constructor(
    readonly base: Uri,
    readonly pattern: string,
  ) {}
}

export class ThemeColor {
  constructor(readonly id: string) {}
}

export class ThemeIcon {
  constructor(
    readonly id: string,
    readonly color?: ThemeColor,
  ) {}
}

export enum TreeItemCollapsibleState {
  None,
  Collapsed,
  Expanded,
}

export class TreeItem {
  constructor(
    readonly label: string,
    readonly collapsibleState = TreeItemCollapsibleState.None,
  ) {}
}

export class MarkdownString {
  constructor(readonly value: string) {}
}

/** Texts in English, which are the keys of translations. */
export const l10n = {
  bundle: undefined as Record<string, string> | undefined,
  t: (text: string, ...values: unknown[]): string =>
    text.replace(/\{(\d+)\}/g, (_, index: string) => String(values[Number(index)])),
};

interface Manifest {
  readonly contributes: {
    readonly configuration: { readonly properties: Record<string, { readonly default: unknown }> };
  };
}

function defaultOf(setting: string): unknown {
  const manifest = readFileSync(path.resolve(import.meta.dirname, "../../package.json"), "utf8");
  return (JSON.parse(manifest) as Manifest).contributes.configuration.properties[setting]?.default;
}

class Watcher {
  readonly created = new EventEmitter<Uri>();
  readonly changed = new EventEmitter<Uri>();
  readonly deleted = new EventEmitter<Uri>();
  readonly onDidCreate = this.created.event;
  readonly onDidChange = this.changed.event;
  readonly onDidDelete = this.deleted.event;
  constructor(readonly pattern: RelativePattern) {}
  dispose(): void {
    state.watchers.splice(state.watchers.indexOf(this), 1);
  }
}

interface TextDocument {
  readonly uri: Uri;
  readonly languageId: string;
}

/** What a test sets and reads. */
export const state = {
  /** Settings that differ from the defaults of package.json. */
  settings: {} as Record<string, unknown>,
  folders: [] as { readonly uri: Uri; readonly name: string; readonly index: number }[],
  watchers: [] as Watcher[],
  foldersChanged: new EventEmitter<void>(),
  settingsChanged: new EventEmitter<{ affectsConfiguration(section: string): boolean }>(),
  documents: [] as TextDocument[],
  documentOpened: new EventEmitter<TextDocument>(),
  documentClosed: new EventEmitter<TextDocument>(),
};

export const workspace = {
  get workspaceFolders() {
    return state.folders;
  },
  get textDocuments() {
    return state.documents;
  },
  getWorkspaceFolder: ({ fsPath }: Uri) =>
    state.folders.find(({ uri }) => !path.relative(uri.fsPath, fsPath).startsWith("..")),
  getConfiguration: (section: string) => ({
    get: (key: string): unknown => {
      const name = `${section}.${key}`;
      return name in state.settings ? state.settings[name] : defaultOf(name);
    },
  }),
  createFileSystemWatcher(pattern: RelativePattern): Watcher {
    const watcher = new Watcher(pattern);
    state.watchers.push(watcher);
    return watcher;
  },
  onDidChangeWorkspaceFolders: state.foldersChanged.event,
  onDidChangeConfiguration: state.settingsChanged.event,
  onDidOpenTextDocument: state.documentOpened.event,
  onDidCloseTextDocument: state.documentClosed.event,
};

export const window = {
  createTreeView: () => ({
    selection: [],
    message: undefined,
    badge: undefined,
    onDidChangeVisibility: new EventEmitter<{ visible: boolean }>().event,
    dispose: () => undefined,
  }),
};

/** A log that keeps its lines. */
export class Log {
  readonly lines: string[] = [];
  private readonly add = (line: string): unknown => this.lines.push(line);
  readonly debug = this.add;
  readonly info = this.add;
  readonly warn = this.add;
  readonly error = this.add;
}
