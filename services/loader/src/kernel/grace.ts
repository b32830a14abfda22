// Waiting for what runs in the kernel: programs that were taken out of force may still be judging a packet.
import { BpfMap } from "@weft/ebpf";

/** Returns when every program run that had begun before the call has ended: after an RCU grace period, some ms. */
export async function graceOver(): Promise<void> {
  const sizes = { keySize: 4, valueSize: 4, maxEntries: 1 };
  using inner = BpfMap.create({ name: "grace_inner", type: "array", ...sizes });
  using outer = BpfMap.create({ name: "grace", type: "array_of_maps", ...sizes, inner });
  // The kernel answers an update of a map of maps when nobody can use the map before any more.
  await outer.updateBatch([[new Uint8Array(4), inner]]);
}
