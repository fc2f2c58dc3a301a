import type { ModelReference } from "../../core/checkpoint/modelReference.ts";
import type { FactsResult } from "../../core/checkpoint/modelFacts.ts";
import type { FileHeader } from "../../core/models/modelListing.ts";
import { fromFactsMessage } from "../checkpoint/factsMessage.ts";
import type { ModelPlaces } from "../checkpoint/openModels.ts";
import { EditorThread } from "./editorThread.ts";
import { editorMethods } from "./protocol.ts";

/**
 * Reads what the files of models say, in a thread: the vocabulary of a real model takes up to seconds to read, for
 * which the extension host may not be held up.
 */
export class ModelReader {
  private readonly thread = new EditorThread();

  /**
   * What a file says of its model. Reads the header only and starts no process.
   * @throws FileError when the file is absent, damaged, incomplete, or not a whole model
   */
  readHeader(path: string): Promise<FileHeader> {
    return this.thread.call(editorMethods.readHeader, { path });
  }

  /** What headers and small files of a checkpoint say. A model that is absent or cannot be used is a result, not an error. */
  async lookUp(reference: ModelReference, { folder }: Pick<ModelPlaces, "folder">): Promise<FactsResult> {
    return fromFactsMessage(await this.thread.call(editorMethods.lookUpModel, { reference, folder }));
  }

  dispose(): void {
    this.thread.dispose();
  }
}
