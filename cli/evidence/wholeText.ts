/** Everything that a stream gives until it ends, as text. A slow pipe and a terminal give it piece by piece. */
export async function wholeText(stream: AsyncIterable<Uint8Array | string>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) {
    pieces.push(Buffer.from(piece));
  }
  return Buffer.concat(pieces).toString("utf8");
}
