import { Client, credentials, type ServiceError, status } from "@grpc/grpc-js";

/** Asks a server whether it answers, again and again. */
export interface HealthProbe {
  /** Whether grpc.health.v1.Health answers in time, whatever it says: a service that waits for the log is not dead. */
  ask(timeoutMs: number): Promise<boolean>;
  close(): void;
}

const empty = Buffer.alloc(0);

/** Opens a probe of the server at a Unix socket, which need not be there yet. */
export function openHealthProbe(socket: string): HealthProbe {
  const client = new Client(`unix:${socket}`, credentials.createInsecure(), {
    "grpc.initial_reconnect_backoff_ms": 50,
    "grpc.max_reconnect_backoff_ms": 1000,
    "grpc.default_authority": "localhost",
    "grpc.use_local_subchannel_pool": 1,
  });
  return {
    ask: (timeoutMs) =>
      new Promise((resolve) => {
        const done = (error: ServiceError | null) => {
          const unheard: (status | undefined)[] = [status.UNAVAILABLE, status.DEADLINE_EXCEEDED];
          resolve(!unheard.includes(error?.code));
        };
        const deadline = Date.now() + timeoutMs;
        client.makeUnaryRequest(
          "/grpc.health.v1.Health/Check",
          () => empty,
          (bytes) => bytes,
          empty,
          { deadline },
          done,
        );
      }),
    close: () => client.close(),
  };
}
