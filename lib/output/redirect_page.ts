// Pure: no I/O.

/**
 * Formats a page that redirects to a URL immediately and sends no referrer. The page also
 * has a link, because a browser may ask before it opens an address of an extension.
 */
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
<a href="${escaped}">Sign in to the AWS console</a>
`;
}
