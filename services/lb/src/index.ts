// What tests and tools may know of lb: what it takes as a Service. Services talk to it by gRPC only.
export { checkServices } from "./domain/manifests.ts";
export { type ServiceManifest, serviceSchema } from "./domain/schema.ts";
export { sameMeaning, serviceDecider } from "./domain/service.ts";
