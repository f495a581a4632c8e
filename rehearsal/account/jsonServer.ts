import { createServer, type Server } from "node:http";

/**
 * A server that answers for a service of AWS's JSON protocol, as KMS and CloudTrail speak it: what is asked stands in
 * the header `X-Amz-Target`, an answer and an error are JSON.
 *
 * @param answer What the service says to a target, such as `TrentService.ListKeys`; what it throws is the service's refusal.
 */
export function jsonServer(answer: (target: string, asked: unknown) => Promise<unknown>): Server {
  return createServer((request, response) => {
    const asked: Buffer[] = [];
    request.on("data", (chunk: Buffer) => asked.push(chunk));
    request.on("end", () => {
      const type = { "content-type": "application/x-amz-json-1.1" };
      Promise.resolve()
        .then(() =>
          answer(
            String(request.headers["x-amz-target"]),
            JSON.parse(Buffer.concat(asked).toString("utf8")),
          ),
        )
        .then((told) => response.writeHead(200, type).end(JSON.stringify(told)))
        .catch(({ name, message }: Error) =>
          response.writeHead(400, type).end(JSON.stringify({ __type: name, message })),
        );
    });
  });
}
