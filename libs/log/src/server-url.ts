/** Whether a text names nats-servers: "nats://HOST:PORT" or "tls://HOST:PORT", or several with commas. */
export function areServerUrls(text: string): boolean {
  return text.split(",").every((one) => URL.canParse(one) && /^(nats|tls):\/\/[^/]+$/.test(one));
}
