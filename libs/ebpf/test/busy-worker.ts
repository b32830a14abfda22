import { parentPort } from "node:worker_threads";
import { BpfMap, links, RingBuffer } from "../src/index.ts";

// A thread with operations under way and a ring that is read, until it is terminated.
const map = BpfMap.create({ type: "ringbuf", keySize: 0, valueSize: 0, maxEntries: 4096 });
const ring = RingBuffer.open(map, { intervalMs: 1 });
const reading = Array.fromAsync(ring.batches());
const asking = Array.from({ length: 100 }, () => links());
parentPort?.postMessage("busy");
await Promise.all([reading, ...asking]);
