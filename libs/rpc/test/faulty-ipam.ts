// For a test: an ipam that leaves behind what nobody catches: of a full disk (DefinePool), and of its own making (Release).
import { WeftError } from "@weft/netaddr";
import { environmentReader, readOwnEnvironment, runService, serviceEnvironment } from "../src/service.ts";

const environment = readOwnEnvironment("ipam", environmentReader(serviceEnvironment));
const none = async () => ({});
await runService({ name: "ipam", environment }, async ({ serve }) =>
  serve("Ipam", {
    definePool: async () => {
      const full = Object.assign(new Error("write"), { code: "ENOSPC" });
      setTimeout(() => {
        throw full;
      });
      void Promise.reject(new WeftError("RESOURCE_EXHAUSTED", "no space is left", { cause: full }));
      return {};
    },
    lease: none,
    release: async () => {
      setTimeout(() => {
        throw new Error("an exception");
      });
      return {};
    },
    assignHostPrefix: none,
  }),
);
