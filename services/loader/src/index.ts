// The loader as a library, for whoever starts one in a process of his own (tests, simulated hosts).
export type { AttachMode } from "./kernel/hooks.ts";
export { type Memory, openMemory } from "./memory.ts";
export { type Loader, type LoaderOptions, startLoader } from "./start.ts";
