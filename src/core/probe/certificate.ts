import type { Reason } from "./address-probe.ts";
import type { Certificate } from "./observation.ts";

const day = 24 * 60 * 60 * 1000;
/** A certificate that ends sooner may end between two checks. */
export const leastDays = 14;

/** `now` in milliseconds since 1970. */
export function judgeCertificate(
  { notBefore, notAfter }: Certificate,
  now: number,
): readonly Reason[] {
  const start = Date.parse(notBefore);
  const end = Date.parse(notAfter);
  if (Number.isNaN(start) || Number.isNaN(end)) {
    const message = "the dates of the certificate cannot be read";
    return [{ answer: "unknown", code: "certificate-unreadable", message }];
  }
  if (now > end) {
    const message = `the certificate ended on ${notAfter}`;
    return [{ answer: "bad", code: "certificate-expired", message }];
  }
  if (now < start) {
    const message = `the certificate begins on ${notBefore} only`;
    return [{ answer: "bad", code: "certificate-not-yet-valid", message }];
  }
  if (end - now < leastDays * day) {
    const message = `the certificate ends on ${notAfter}, in less than ${leastDays} days`;
    return [{ answer: "bad", code: "certificate-expires-soon", message }];
  }
  return [];
}
