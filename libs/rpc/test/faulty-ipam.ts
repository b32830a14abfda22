// For a test: an ipam of which each call of DefinePool leaves behind a fault that nobody catches.
import { runService, serviceEnvironment } from "../src/service.ts";

const environment = serviceEnvironment.parse(process.env);
const none = async () => ({});
await runService({ name: "ipam", environment }, async ({ serve }) =>
  serve("Ipam", {
    definePool: async () => {
      setTimeout(() => {
        throw new Error("an exception");
      });
      void Promise.reject(new Error("a rejection"));
      return {};
    },
    lease: none,
    release: none,
    assignHostPrefix: none,
  }),
);
