import type { EndpointContext } from "./endpoints.ts";

/** Answers with an ID token of GitHub Actions, if the job may request one. */
export async function idToken(context: EndpointContext): Promise<Response> {
  const { world: { workflow }, headers, params } = context;
  const [scheme = "", token] = (headers.get("authorization") ?? "").split(" ");
  if (
    workflow === undefined || scheme.toLowerCase() !== "bearer" ||
    token !== workflow.requestToken
  ) {
    return Response.json({
      $id: "1",
      message: "Access denied. The token is not valid for this request.",
      typeKey: "UnauthorizedRequestException",
    }, { status: 401 });
  }
  const { sub } = workflow;
  const owner = /^repo:([^/]+)/.exec(sub)?.[1];
  const aud = params.get("audience") ?? `https://github.com/${owner}`;
  return Response.json({ value: await context.idToken({ sub, aud }) });
}
