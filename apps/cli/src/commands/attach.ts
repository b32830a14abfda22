import { Option } from "commander";

const kinds = ["auto", "tcx", "clsact"] as const;

/** Option `--attach`. */
export function attachOption(): Option {
  const purpose = "how programs are attached: tcx (Linux 6.6 on) or clsact; auto takes what the kernel has";
  return new Option("--attach <kind>", purpose).choices(kinds).default("auto");
}

/** What services are told of it: empty for what the kernel has. */
export function attachOf(kind: string): "tcx" | "clsact" | "" {
  return kind === "tcx" || kind === "clsact" ? kind : "";
}
