// What every server answers beside its own service: grpc.health.v1.Health and server reflection.
import { readFileSync } from "node:fs";
import type { Server } from "@grpc/grpc-js";
import { descriptors, readDescriptors } from "./descriptors.ts";
import { lateService, requireNow, servicesAdded } from "./late-service.ts";

const healthSet = new URL("./gen/health.binpb", import.meta.url);

type HealthPackage = typeof import("grpc-health-check");
type ReflectionPackage = typeof import("@grpc/reflection");

/** Adds grpc.health.v1.Health to a server; the answer sets what it says of a service and of the server as a whole. */
export function addHealth(server: Server, fullName: string): (serving: boolean) => void {
  let status: "SERVING" | "NOT_SERVING" = "NOT_SERVING";
  let health: InstanceType<HealthPackage["HealthImplementation"]> | undefined;
  const load = () => {
    const { HealthImplementation } = requireNow("grpc-health-check") as HealthPackage;
    const made = new HealthImplementation({ "": status, [fullName]: status });
    health = made;
    const [service] = servicesAdded((to) => made.addToServer(to as Server));
    if (service === undefined) throw new Error("grpc-health-check adds no service");
    return service;
  };
  const methods = { Check: "unary", Watch: "serverStream", List: "unary" } as const;
  const { definition, implementation } = lateService("grpc.health.v1.Health", methods, load);
  server.addService(definition, implementation);
  return (serving) => {
    status = serving ? "SERVING" : "NOT_SERVING";
    for (const name of ["", fullName]) health?.setStatus(name, status);
  };
}

/**
 * Reflection (v1 and v1alpha) answers with files as a compiler made them. What proto-loader rebuilds from its own objects
 * is refused by Go clients ("failed to find service in schema"): it merges files and names map entries against the rules.
 */
export function addReflection(server: Server, fullName: string): void {
  const load = () => {
    const { ReflectionService } = requireNow("@grpc/reflection") as ReflectionPackage;
    const files = [...descriptors().files, ...readDescriptors(readFileSync(healthSet)).files];
    const described: ConstructorParameters<ReflectionPackage["ReflectionService"]>[0] = {
      files: { format: "Protocol Buffer 3 DescriptorProto", type: {}, fileDescriptorProtos: files },
    };
    const services = [fullName, "grpc.health.v1.Health"];
    return servicesAdded((to) => new ReflectionService(described, { services }).addToServer(to as Server));
  };
  for (const [index, version] of ["v1", "v1alpha"].entries()) {
    const name = `grpc.reflection.${version}.ServerReflection`;
    const one = lateService(name, { ServerReflectionInfo: "bidi" }, () => {
      const service = load()[index];
      if (service === undefined) throw new Error(`@grpc/reflection has no ${name}`);
      return service;
    });
    server.addService(one.definition, one.implementation);
  }
}
