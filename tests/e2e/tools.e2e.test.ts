import { testTools } from "./tools.ts";

testTools("tcx");
