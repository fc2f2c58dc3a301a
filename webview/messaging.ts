import { t } from "../src/core/pages/texts.ts";
import {
  notificationSchema,
  pageAnswerSchema,
  type PageContract,
  type PageNotification,
  type RequestName,
  type RequestParams,
  type RequestValue,
} from "../src/core/pages/contract.ts";

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

/** A page's end of the way to the extension host: the same for a notebook's output and for a panel. */
export interface Channel<Contract extends PageContract> {
  /** @throws HostError when the host answers with an error, or with what has not the form agreed on */
  request<Name extends RequestName<Contract>>(
    type: Name,
    params: RequestParams<Contract, Name>,
  ): Promise<RequestValue<Contract, Name>>;
  /** @returns ends it */
  onNotification(listener: (notification: PageNotification<Contract>) => void): () => void;
}

/** What the editor gives to send and to receive messages. */
export interface Transport {
  send(message: unknown): void;
  /** Called once, with what is to get every message. */
  receive(listener: (message: unknown) => void): void;
}

interface Waiting {
  readonly type: string;
  readonly resolve: (value: never) => void;
  readonly reject: (error: HostError) => void;
}

/** Numbers requests, matches answers to them, and validates everything that comes in. */
export function openChannel<Contract extends PageContract>(
  contract: Contract,
  transport: Transport,
): Channel<Contract> {
  const notifications = notificationSchema(contract);
  const waiting = new Map<number, Waiting>();
  const listeners = new Set<(notification: PageNotification<Contract>) => void>();
  let lastId = 0;

  transport.receive((received) => {
    const notification = notifications.safeParse(received);
    if (notification.success) {
      for (const listener of [...listeners]) listener(notification.data as PageNotification<Contract>);
      return;
    }
    const answer = pageAnswerSchema.safeParse(received);
    // What is not for us: messages of the editor itself share the window of a panel.
    if (!answer.success) return;
    const message = answer.data;
    const request = waiting.get(message.id);
    if (request === undefined) return;
    waiting.delete(message.id);
    if (!message.ok) {
      const { message: text, code, hint } = message.error;
      request.reject(new HostError(text, code, hint));
      return;
    }
    const value = contract.requests[request.type]!.value.safeParse(message.value);
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
    onNotification(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** How a panel's page reaches the host. */
export function panelTransport(editor: { postMessage(message: unknown): void }): Transport {
  return {
    send: (message) => editor.postMessage(message),
    receive: (listener) => window.addEventListener("message", ({ data }) => listener(data)),
  };
}

function unreadable(
  type: string,
  issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined,
): HostError {
  const where = issue === undefined ? "" : ` (${issue.path.join(".")}: ${issue.message})`;
  return new HostError(
    t("The answer to the request {0} cannot be read{1}.", `"${type}"`, where),
    "page.unreadable",
    t("Reload the window. If it happens again, please report it: it is a defect in Medley."),
  );
}
