/** Responses in turn, and the requests that were sent for them. An `Error` stands for a failed connection. */
export function respondInTurn(...responses: (Response | Error)[]) {
  const requests: { authorization: string | null; body: string }[] = [];
  const fetcher = async (input: RequestInfo | URL) => {
    const request = input as Request;
    requests.push({ authorization: request.headers.get("authorization"), body: await request.text() });
    const response = responses.shift();
    if (!response) throw new Error("more requests than responses");
    if (response instanceof Error) throw response;
    return response;
  };
  return { requests, fetcher };
}

/** A problem document as the backend sends it. */
export function problemResponse(status: number, code: string, headers = {}): Response {
  const problem = { type: `/problems/${code}`, title: code, status, detail: `it is ${code}`, code };
  return new Response(JSON.stringify(problem), {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
  });
}
