import { fromSubjectToken } from "@weft/log";

const known = new Map<string, string>();

/** The host of `weft.log.ipam.<host>`. Remembered, because a host's subject comes once per lease. */
export function hostOfSubject(subject: string): string {
  let host = known.get(subject);
  if (host === undefined) {
    host = fromSubjectToken(subject.slice(subject.lastIndexOf(".") + 1));
    if (known.size > 10_000) known.clear();
    known.set(subject, host);
  }
  return host;
}
