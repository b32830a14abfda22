import { testIpv4 } from "./ipv4.ts";

// Kernels from 6.3 to 6.5 have no tcx.
testIpv4("clsact");
