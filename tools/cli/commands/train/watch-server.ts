/** Serves one page on this machine alone during a run, and notifies its viewers when the page has changed. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { UserError } from "../../../../runtime/user-error.ts";

/** Nobody outside this machine reaches it. */
const loopback = "127.0.0.1";
/** Milliseconds: the page is asked for again at most so often. */
const leastPause = 1000;

export interface WatchOptions {
  /** 0: a free one. */
  readonly port: number;
  /** The page as it is now. */
  readonly page: () => Promise<string>;
}

export class WatchServer {
  readonly #server: Server;
  readonly #listeners = new Set<ServerResponse>();
  #told = Number.NEGATIVE_INFINITY;
  #later: NodeJS.Timeout | undefined;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @throws UserError when the port cannot be listened on */
  static async start({ port, page }: WatchOptions): Promise<WatchServer> {
    const server = createServer();
    const watch = new WatchServer(server);
    server.on("request", (request, response) => void watch.#answer(request, response, page));
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error: NodeJS.ErrnoException) => reject(cannotListen(port, error)));
      server.listen(port, loopback, resolve);
    });
    server.unref();
    return watch;
  }

  get address(): string {
    const { port } = this.#server.address() as AddressInfo; // it listens on a port
    return `http://${loopback}:${port}/`;
  }

  /** The page has changed. */
  changed(): void {
    const pause = this.#told + leastPause - performance.now();
    if (pause <= 0) this.#tell();
    else this.#later ??= setTimeout(() => this.#tell(), pause).unref();
  }

  /** Ends every connection; viewers get a message that nothing new will come. */
  close(): void {
    clearTimeout(this.#later);
    for (const listener of this.#listeners) listener.end("event: end\ndata: end\n\n");
    this.#server.close();
    setTimeout(() => this.#server.closeAllConnections(), 100).unref();
  }

  #tell(): void {
    this.#later = undefined;
    this.#told = performance.now();
    for (const listener of this.#listeners) listener.write("data: changed\n\n");
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    page: WatchOptions["page"],
  ): Promise<void> {
    const refuse = (status: number) => void response.writeHead(status).end();
    // A page of another site that has made its name mean this machine sends that name.
    const { port } = new URL(this.address);
    if (![`${loopback}:${port}`, `localhost:${port}`].includes(request.headers.host ?? ""))
      return refuse(403);
    if (request.method !== "GET") return refuse(405);
    if (request.url === "/events") {
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      response.write(": watching\n\n");
      this.#listeners.add(response);
      response.on("close", () => this.#listeners.delete(response));
      return;
    }
    if (request.url !== "/") return refuse(404);
    try {
      const text = await page();
      response.writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
      response.end(text);
    } catch (error) {
      response.writeHead(500, { "content-type": "text/plain; charset=utf-8" });
      response.end(error instanceof Error ? error.message : String(error));
    }
  }
}

function cannotListen(port: number, error: NodeJS.ErrnoException): Error {
  const reason =
    error.code === "EADDRINUSE"
      ? "another program uses it"
      : error.code === "EACCES"
        ? "permission denied"
        : error.message;
  return new UserError(
    `port ${port} cannot be listened on: ${reason}`,
    "give another port by --port, or leave it out for a free one",
  );
}
