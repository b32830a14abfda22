// What the identity service is told by its environment. Pure: main.ts reads it, tests give it.
import { environmentReader, serviceEnvironment, wholeMs } from "@weft/rpc/service";
import { defaultGraceMs } from "./usage.ts";

/** Options from the variables of the service; INVALID_ARGUMENT names each that is wrong. */
export const readEnvironment = environmentReader(
  serviceEnvironment.extend({
    WEFT_GRACE_MS: wholeMs.default(defaultGraceMs).describe("a whole number of ms, from 1"),
  }),
);
