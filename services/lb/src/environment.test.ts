import { test } from "node:test";
import { serviceCases, tryEnvironment, tryStart } from "@weft/rpc/testing";
import { readEnvironment } from "./environment.ts";

test("each variable is taken with what it may be, and refused by name with anything else", () =>
  tryEnvironment(readEnvironment, serviceCases));

test("main.ts ends with status 2 and names each variable that is wrong, before it has begun anything", () =>
  tryStart(new URL("main.ts", import.meta.url), "lb", serviceCases));
