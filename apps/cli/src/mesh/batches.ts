// How many documents go to a service at once, and how long it may take.
import type { SourceText } from "@weft/manifest";
import { WeftError } from "@weft/netaddr";

/** The documents that are one service's. */
export interface Share {
  readonly service: "Compiler" | "LoadBalancer";
  readonly documents: readonly SourceText[];
}

/** Documents of one call. */
export type Batch = Share;

const batchMost = { documents: 1000, length: 4 * 1024 * 1024 } as const;

/** All that one command can submit to a service, which checks it as a whole, in UTF-16 units. A call holds 32 MiB. */
const shareMost = 24 * 1024 * 1024;

/** A share in parts, in order; each is of a size that is answered within seconds. */
export function batchesOf({ service, documents }: Share): Batch[] {
  const batches: Batch[] = [];
  let batch: SourceText[] = [];
  let length = 0;
  for (const document of documents) {
    const full = batch.length >= batchMost.documents || length + document.text.length > batchMost.length;
    if (full && batch.length > 0) {
      batches.push({ service, documents: batch });
      batch = [];
      length = 0;
    }
    batch.push(document);
    length += document.text.length;
  }
  if (batch.length > 0) batches.push({ service, documents: batch });
  return batches;
}

/** Throws INVALID_ARGUMENT when a service could not check a share as a whole. */
export function checkSize(shares: readonly Share[]): void {
  for (const { documents } of shares) {
    const bytes = documents.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
    if (bytes <= shareMost) continue;
    throw new WeftError("INVALID_ARGUMENT", `${documents.length} manifests of ${bytes} bytes at once`, {
      field: "-f",
      expected: `at most ${shareMost} bytes at once, that is several commands`,
    });
  }
}

/** A deadline that leaves time for each document, also where others want the machine. */
export function deadlineMsFor(documents: readonly SourceText[]): number {
  return 60_000 + 20 * documents.length;
}
