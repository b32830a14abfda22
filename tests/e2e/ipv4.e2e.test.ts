import { testIpv4 } from "./ipv4.ts";

testIpv4("tcx");
