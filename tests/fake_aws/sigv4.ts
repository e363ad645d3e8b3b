/** The content of a request's `Authorization` header. */
export interface SignatureClaim {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** Parses the `Authorization` header; returns `undefined` if it is not SigV4. */
export function readClaim(request: Request): SignatureClaim | undefined {
  const header = request.headers.get("authorization") ?? "";
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/
      .exec(header);
  if (match === null) return undefined;
  const [, accessKeyId, date, region, service, signedHeaders, signature] =
    match as unknown as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ];
  return {
    accessKeyId,
    date,
    region,
    service,
    signedHeaders: signedHeaders.split(";"),
    signature,
  };
}

/** Calculates a request's signature by the SigV4 specification. */
export async function expectedSignature(
  claim: SignatureClaim,
  secretAccessKey: string,
  request: Request,
  body: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const url = new URL(request.url);
  const query = [...url.searchParams]
    .map(([key, value]) => `${encode(key)}=${encode(value)}`)
    .sort();
  const headers = claim.signedHeaders.map((name) => {
    const value = request.headers.get(name) ?? "";
    return `${name}:${value.trim().replace(/ +/g, " ")}\n`;
  });
  const canonical = [
    request.method,
    url.pathname,
    query.join("&"),
    headers.join(""),
    claim.signedHeaders.join(";"),
    await payloadHash(request, body),
  ].join("\n");
  const scope = `${claim.date}/${claim.region}/${claim.service}/aws4_request`;
  const toSign = [
    "AWS4-HMAC-SHA256",
    request.headers.get("x-amz-date") ?? "",
    scope,
    hex(await crypto.subtle.digest("SHA-256", utf8(canonical))),
  ].join("\n");
  let key: BufferSource = utf8(`AWS4${secretAccessKey}`);
  for (const part of [...scope.split("/"), toSign]) key = await hmac(key, part);
  return hex(key as ArrayBuffer);
}

/** Returns the hash of the body, or the word with which requests to S3 may replace it. */
async function payloadHash(
  request: Request,
  body: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const unsigned = "UNSIGNED-PAYLOAD";
  return request.headers.get("x-amz-content-sha256") === unsigned
    ? unsigned
    : hex(await crypto.subtle.digest("SHA-256", body));
}

/** Returns the time of `X-Amz-Date` in milliseconds. */
export function claimedTime(request: Request): number {
  const text = request.headers.get("x-amz-date") ?? "";
  return Date.parse(
    text.replace(
      /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/,
      "$1-$2-$3T$4:$5:$6Z",
    ),
  );
}

async function hmac(key: BufferSource, text: string): Promise<ArrayBuffer> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", key, algorithm, false, [
    "sign",
  ]);
  return await crypto.subtle.sign("HMAC", imported, utf8(text));
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function hex(bytes: ArrayBuffer): string {
  return Array.from(
    new Uint8Array(bytes),
    (b) => b.toString(16).padStart(2, "0"),
  ).join("");
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
