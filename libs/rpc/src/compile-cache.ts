import { fileURLToPath } from "node:url";

/** Where programs that tests start keep compiled code. Halves the time of a start; with the other things that npm may throw away. */
export const compileCache = fileURLToPath(new URL("../../../node_modules/.cache/compile", import.meta.url));
