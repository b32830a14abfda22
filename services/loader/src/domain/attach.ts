// Which way of attaching programs a kernel has, by its release alone.
import { WeftError } from "@weft/netaddr";

/** The oldest kernel that takes off a tunnel header whose IP version is not the packet's (BPF_F_ADJ_ROOM_DECAP_L3_*). */
const oldest = { major: 6, minor: 3 };

/** The first kernel with tcx links. */
const firstTcx = { major: 6, minor: 6 };

/**
 * How programs are attached on a kernel of this release ("6.12.9-amd64"): as asked, or with "auto" by tcx where there is
 * one and by clsact where not. FAILED_PRECONDITION when the kernel is too old, for the datapath or for what was asked.
 */
export function chooseAttach(release: string, wanted: "auto" | "tcx" | "clsact"): "tcx" | "clsact" {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(release) ?? [];
  const has = (first: typeof oldest) =>
    Number(major) > first.major || (Number(major) === first.major && Number(minor) >= first.minor);
  if (!has(oldest)) {
    throw new WeftError(
      "FAILED_PRECONDITION",
      `the kernel is Linux ${release}; the datapath needs 6.3 or newer`,
      {
        expected: "Linux 6.3 or newer; on Debian 12 its backports kernel",
      },
    );
  }
  if (wanted === "tcx" && !has(firstTcx)) {
    throw new WeftError("FAILED_PRECONDITION", `Linux ${release} has no tcx`, {
      field: "WEFT_ATTACH",
      expected: "Linux 6.6 or newer, or clsact",
    });
  }
  if (wanted !== "auto") return wanted;
  return has(firstTcx) ? "tcx" : "clsact";
}
