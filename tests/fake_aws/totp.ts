/** The duration of a time step of RFC 6238. */
const STEP_SECONDS = 30;

/** Returns the time step of RFC 6238 at a time in milliseconds. */
export function stepAt(now: number): number {
  return Math.floor(now / 1000 / STEP_SECONDS);
}

/** Calculates the code of six digits (RFC 6238, SHA-1) for a time step. */
export async function totp(secret: string, step: number): Promise<string> {
  const key = await crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(secret),
    { name: "HMAC", hash: "SHA-1" },
    false,
    ["sign"],
  );
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(step));
  const mac = new DataView(
    await crypto.subtle.sign("HMAC", key, counter.buffer),
  );
  const offset = mac.getUint8(19) & 0xf;
  return String((mac.getUint32(offset) & 0x7fffffff) % 1_000_000).padStart(
    6,
    "0",
  );
}
