// What the compiler is told by its environment. Pure: main.ts reads it, tests give it.
import { environmentReader, filled, serviceEnvironment } from "@weft/rpc/service";

/** Options from the variables of the compiler; INVALID_ARGUMENT names each that is wrong. */
export const readEnvironment = environmentReader(
  serviceEnvironment.extend({
    // Unset: objects are not kept from one mesh to the next.
    WEFT_CACHE: filled.optional().describe("a folder for compiled objects"),
  }),
);
