// Pure: no I/O.

/**
 * Formats a page that redirects to a URL immediately and sends no referrer. The page also
 * has a link, because a browser may ask before it opens an address of an extension.
 *
 * @param link the text of the link
 */
export function formatRedirect(
  url: string,
  link = "Sign in to the AWS console",
): string {
  const escaped = escapeHtml(url);
  return `<!DOCTYPE html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url=${escaped}">
<title>assume-role</title>
<a href="${escaped}">${link}</a>
`;
}

/** Formats the page that the browser shows at the end of a sign-in. */
export function formatResultPage(result: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>assume-role</title>
<style>
:root { color-scheme: light dark; font: 1.1rem/1.5 system-ui, sans-serif }
body { margin: 20vh auto; max-width: 32rem; padding: 0 1rem; text-align: center }
</style>
<h1>assume-role</h1>
<p>${escapeHtml(result)}</p>
</html>
`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll('"', "&quot;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
