/** What is expected of a name, for diagnostics; the tests of {@link isDnsLabel} and its neighbours in words. */
export const nameRules = {
  dnsLabel: "at most 63 lower-case letters, digits and '-', a letter or digit at both ends (RFC 1123 label)",
  dnsSubdomain:
    "at most 253 lower-case letters, digits, '-' and '.', a letter or digit at both ends (RFC 1123 subdomain)",
  labelKey:
    "an optional DNS subdomain and '/', then at most 63 letters, digits, '-', '_', '.', a letter or digit at both ends",
  labelValue: "at most 63 letters, digits, '-', '_', '.', a letter or digit at both ends; or empty",
  portName: "at most 15 lower-case letters, digits and single '-' inside, at least one letter (RFC 6335)",
} as const;

/** Whether a text is a label of RFC 1123 in lower case, as Kubernetes wants for namespaces. */
export function isDnsLabel(text: string): boolean {
  return text.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text);
}

/** Whether a text is a subdomain of RFC 1123 in lower case, as Kubernetes wants for most names. */
export function isDnsSubdomain(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(text);
}

const word = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** Whether a text is a qualified name, that is a key of a label, by the rules of Kubernetes. */
export function isLabelKey(text: string): boolean {
  const slash = text.indexOf("/");
  const name = text.slice(slash + 1);
  return (slash === -1 || isDnsSubdomain(text.slice(0, slash))) && name.length <= 63 && word.test(name);
}

/** Whether a text is a value of a label by the rules of Kubernetes. */
export function isLabelValue(text: string): boolean {
  return text === "" || (text.length <= 63 && word.test(text));
}

/** Whether a text is a service name of RFC 6335 section 5.1 in lower case: what Kubernetes wants for named ports. */
export function isPortName(text: string): boolean {
  return text.length <= 15 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text) && /[a-z]/.test(text);
}
