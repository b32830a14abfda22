import { testBoutique } from "./boutique.ts";

testBoutique("tcx");
