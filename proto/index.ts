// The contract: events and gRPC services, as protobufjs static code generated from weft/v1/*.proto.
import "./numbers.ts";

export { weft } from "./gen/weft.js";

/** Path of the compiled FileDescriptorSet, for gRPC service definitions and reflection. */
export const descriptorSet = new URL("./gen/weft.binpb", import.meta.url);
