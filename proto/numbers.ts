// Revisions are below 2^53 by construction, so 64-bit fields are plain numbers. protobufjs yields Long objects as soon as
// a package "long" can be found, whatever the generated types say; it must be told before generated code is evaluated.
import protobuf from "protobufjs/minimal.js";

Reflect.set(protobuf.util, "Long", null);
protobuf.configure();
