import type { Log } from "@weft/log";

/** Tells each time the connection to NATS is lost (true) or there again (false), until it is closed. */
export async function watchConnection(nats: Log["nats"], onChange: (lost: boolean) => void): Promise<void> {
  for await (const { type } of nats.status()) {
    if (type === "disconnect") onChange(true);
    if (type === "reconnect") onChange(false);
  }
}
