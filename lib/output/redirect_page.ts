// Pure: no I/O.

/** Formats a page that redirects to a URL immediately and sends no referrer. */
export function formatRedirect(url: string): string {
  const escaped = url
    .replaceAll("&", "&amp;")
    .replaceAll('"', "&quot;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
  return `<!DOCTYPE html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url=${escaped}">
<title>assume-role</title>
`;
}
