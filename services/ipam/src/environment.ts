// What ipam is told by its environment. Pure: main.ts reads it, tests give it.
import { environmentReader, serviceEnvironment } from "@weft/rpc/service";

/** Options from the variables of ipam; INVALID_ARGUMENT names each that is wrong. */
export const readEnvironment = environmentReader(serviceEnvironment);
