import { testTools } from "./tools.ts";

// Kernels from 6.3 to 6.5 have no tcx.
testTools("clsact");
