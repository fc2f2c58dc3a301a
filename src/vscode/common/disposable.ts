import type * as vscode from "vscode";

/** Base of everything that holds resources of the editor: what it registers ends with it, last first. */
export abstract class Disposable implements vscode.Disposable {
  private readonly held: vscode.Disposable[] = [];
  private disposed = false;

  /** Ties the life of `resource` to this object's; disposes it at once when this object is gone already. */
  protected _register<T extends vscode.Disposable>(resource: T): T {
    if (this.disposed) resource.dispose();
    else this.held.push(resource);
    return resource;
  }

  dispose(): void {
    this.disposed = true;
    for (const resource of this.held.splice(0).reverse()) resource.dispose();
  }
}
