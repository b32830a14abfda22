// What tests, benchmarks and tools may know of the compiler: how objects are made. Services talk to it by gRPC only.

export { inputsOf } from "./builder.ts";
export { cachedCompile } from "./cache.ts";
export { type Compiled, compile, openToolchain, type Toolchain } from "./clang.ts";
export { type BuildInputs, digestInputs, type Files } from "./domain/digest.ts";
