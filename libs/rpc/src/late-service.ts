import { createRequire } from "node:module";
import type { Server, ServiceDefinition, UntypedServiceImplementation } from "@grpc/grpc-js";

/** A service as grpc-js takes it. */
interface GivenService {
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
}

type Kind = "unary" | "serverStream" | "bidi";

/**
 * A service that is loaded by its first call. The packages that answer for health and reflection parse .proto text when
 * they are loaded, a fifth of what a service costs to start, and most processes are never asked.
 */
export function lateService(
  fullName: string,
  methods: Readonly<Record<string, Kind>>,
  load: () => GivenService,
): GivenService {
  let loaded: GivenService | undefined;
  const real = () => {
    loaded ??= load();
    return loaded;
  };
  const definition = Object.entries(methods).map(([name, kind]): [string, ServiceDefinition[string]] => {
    const method = () => {
      const found = real().definition[name];
      if (found === undefined) throw new Error(`${fullName} has no method ${name}`);
      return found;
    };
    return [
      name,
      {
        path: `/${fullName}/${name}`,
        originalName: `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`,
        requestStream: kind === "bidi",
        responseStream: kind !== "unary",
        requestSerialize: (message: unknown) => method().requestSerialize(message),
        requestDeserialize: (bytes) => method().requestDeserialize(bytes),
        responseSerialize: (message: unknown) => method().responseSerialize(message),
        responseDeserialize: (bytes) => method().responseDeserialize(bytes),
      },
    ];
  });
  const handlers = Object.values(Object.fromEntries(definition)).map(({ originalName = "", path }) => {
    const handler = (...given: unknown[]) => {
      const { implementation } = real();
      const name = path.slice(fullName.length + 2);
      const own = implementation[originalName] ?? implementation[name];
      if (own === undefined) throw new Error(`${path} has no handler`);
      return Reflect.apply(own, implementation, given);
    };
    return [originalName, handler as UntypedServiceImplementation[string]] as const;
  });
  return { definition: Object.fromEntries(definition), implementation: Object.fromEntries(handlers) };
}

/** Loads a package at once, from within a call. */
export const requireNow = createRequire(import.meta.url);

/** The services that `add` would add to a server. */
export function servicesAdded(add: (server: Pick<Server, "addService">) => void): GivenService[] {
  const added: GivenService[] = [];
  add({ addService: (definition, implementation) => added.push({ definition, implementation }) });
  return added;
}
