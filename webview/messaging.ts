import {
  hostMessageSchema,
  resultValueSchemas,
  type ResultEvent,
  type ResultRequestParams,
  type ResultRequestType,
  type ResultValue,
} from "../src/core/results/messages.ts";

/** An error that the host answered with, or an answer that cannot be read. */
export class HostError extends Error {
  constructor(
    message: string,
    readonly code: string,
    readonly hint?: string,
  ) {
    super(message);
    this.name = "HostError";
  }
}

/** The way to the extension host: the same for a notebook's output and for a panel. */
export interface Channel {
  /** @throws HostError when the host answers with an error, or with what has not the form agreed on */
  request<Type extends ResultRequestType>(type: Type, params: ResultRequestParams<Type>): Promise<ResultValue<Type>>;
  /** @returns ends it */
  onEvent(listener: (event: ResultEvent) => void): () => void;
}

/** What the editor gives to send and to receive messages. */
export interface Transport {
  send(message: unknown): void;
  /** Called once, with what is to get every message. */
  receive(listener: (message: unknown) => void): void;
}

interface Waiting {
  readonly type: ResultRequestType;
  readonly resolve: (value: never) => void;
  readonly reject: (error: HostError) => void;
}

/** Numbers requests, matches answers to them, and validates everything that comes in. */
export function openChannel(transport: Transport): Channel {
  const waiting = new Map<number, Waiting>();
  const listeners = new Set<(event: ResultEvent) => void>();
  let lastId = 0;

  transport.receive((received) => {
    const read = hostMessageSchema.safeParse(received);
    // What is not for us: messages of the editor itself share the window of a panel.
    if (!read.success) return;
    const message = read.data;
    if (message.type === "changed") {
      for (const listener of [...listeners]) listener(message);
      return;
    }
    const request = waiting.get(message.id);
    if (request === undefined) return;
    waiting.delete(message.id);
    if (!message.ok) {
      const { message: text, code, hint } = message.error;
      request.reject(new HostError(text, code, hint));
      return;
    }
    const value = resultValueSchemas[request.type].safeParse(message.value);
    if (value.success) request.resolve(value.data as never);
    else request.reject(unreadable(request.type, value.error.issues[0]));
  });

  return {
    request(type, params) {
      const id = ++lastId;
      return new Promise((resolve, reject) => {
        waiting.set(id, { type, resolve, reject });
        transport.send({ type, id, ...params });
      });
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function unreadable(
  type: ResultRequestType,
  issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined,
): HostError {
  const where = issue === undefined ? "" : ` (${issue.path.join(".")}: ${issue.message})`;
  return new HostError(
    `The answer to the request "${type}" cannot be read${where}.`,
    "page.unreadable",
    "Reload the window. If it happens again, please report it: it is a defect in Medley.",
  );
}
