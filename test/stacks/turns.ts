/** Has a deployment with mocks make one resource after the other, and looks at what each was waited for by. */
export class Turns {
  /** What was asked for, as `<type>::<name>`, with what was made last before it; undefined where nothing was. */
  public readonly asked: { readonly resource: string; readonly madeLast: string | undefined }[] =
    [];
  private readonly waiting = new Map<string, () => void>();
  private madeLast: string | undefined;

  /** @param next Whose turn it is: of what was asked for first, or last. What waits for two is seen at the one made last. */
  public constructor(private readonly next: "first" | "last") {}

  /** Holds what is asked for until it is its turn. */
  public readonly held = (resource: string): Promise<void> =>
    new Promise((made) => {
      this.asked.push({ resource, madeLast: this.madeLast });
      this.waiting.set(resource, made);
    });

  /** Gives turns until the deployment ends. */
  public async run<T>(deployment: Promise<T>): Promise<T> {
    let ended = false;
    const end = () => (ended = true);
    deployment.then(end, end);
    while (!ended) {
      await this.quiet();
      const turn = [...this.waiting].at(this.next === "first" ? 0 : -1);
      if (turn !== undefined) {
        const [resource, made] = turn;
        this.waiting.delete(resource);
        this.madeLast = resource;
        made();
      }
    }
    return deployment;
  }

  /** Waits until nothing more is asked for. */
  private async quiet(): Promise<void> {
    for (let before = -1; before !== this.asked.length;) {
      before = this.asked.length;
      for (let turn = 0; turn < 20; turn += 1) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
}
