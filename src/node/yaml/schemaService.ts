import { z } from "zod";
import { EditorThread } from "../editorThread/editorThread.ts";
import { editorMethods, type PlaceParams, type SchemaCompletion, type SchemaHover } from "../editorThread/protocol.ts";
import type { RpcMethod } from "../processes/method.ts";

/**
 * What a schema says at a place of a YAML text, perhaps half written. A thread works it out, with yaml-language-server,
 * which both takes too long for the extension host to load. It reads no file and no network.
 */
export class SchemaService {
  private readonly thread = new EditorThread(20);
  private jsonSchema: Record<string, unknown> | undefined;

  constructor(
    private readonly id: string,
    private readonly schema: z.ZodType,
    /** Is told when the library fails on a text, which it does on some broken ones; nothing is offered there then. */
    private readonly onFailure: (error: unknown) => void,
  ) {}

  async complete(text: string, offset: number): Promise<SchemaCompletion[]> {
    return (await this.ask(editorMethods.complete, text, offset)) ?? [];
  }

  async hover(text: string, offset: number): Promise<SchemaHover | undefined> {
    return (await this.ask(editorMethods.hover, text, offset)) ?? undefined;
  }

  private async ask<Result>(
    method: RpcMethod<PlaceParams, Result>,
    text: string,
    offset: number,
  ): Promise<Result | undefined> {
    this.jsonSchema ??= z.toJSONSchema(this.schema, { io: "input" });
    try {
      return await this.thread.call(method, { id: this.id, schema: this.jsonSchema, text, offset });
    } catch (error) {
      this.onFailure(error);
      return undefined;
    }
  }

  dispose(): void {
    this.thread.dispose();
  }
}
