import { Option } from "commander";
import { type AttachKind, attachKinds } from "../mesh/config.ts";

/** Option `--attach`, whose value is an AttachKind. */
export function attachOption(): Option {
  const purpose = "how programs are attached: tcx (Linux 6.6 on) or clsact; auto takes what the kernel has";
  return new Option("--attach <kind>", purpose).choices(attachKinds).default("auto" satisfies AttachKind);
}
