// Pure: no I/O.

/** A page that leads on to an address at once, and tells nobody where from. */
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
