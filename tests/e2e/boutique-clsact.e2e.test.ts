import { testBoutique } from "./boutique.ts";

// Kernels from 6.3 to 6.5 have no tcx.
testBoutique("clsact");
