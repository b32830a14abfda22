// Whose a host's network namespace is. The mark is the alias of its loopback device: every namespace has one, nobody deletes
// it, and it outlives every process. The host's ends of containers' devices bear the same text.
import { link, setLink } from "@weft/ebpf";
import { hostTakenText, parseHostMark } from "@weft/model";
import { WeftError } from "@weft/netaddr";

/** The device that bears the mark. */
const marked = "lo";

/**
 * Sees to it that a host is this mesh's, and marks it where nobody has. FAILED_PRECONDITION when it is another mesh's:
 * whoever gets that must not touch anything.
 */
export async function holdHost(netns: string | undefined, mark: string): Promise<void> {
  const where = { ifname: marked, ...(netns === undefined ? {} : { netns }) };
  const found = (await link(where))?.alias ?? "";
  if (found === mark) return;
  const other = parseHostMark(found);
  if (other !== undefined) {
    throw new WeftError("FAILED_PRECONDITION", hostTakenText(other), {
      expected: `weft down --state ${other.state}, and then weft up`,
    });
  }
  await setLink({ ...where, alias: mark });
}
