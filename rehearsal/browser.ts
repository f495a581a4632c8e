import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { pathToFileURL } from "node:url";

/** Names that a distribution gives it. */
const PROGRAMS = ["chromium", "chromium-browser", "google-chrome"];

/** Milliseconds that it has to end by itself. */
const LONGEST_END = 10_000;

/** The colours that a reader prefers. */
export type Colours = "light" | "dark";

/** What a browser had to say of a page. */
export interface Looked {
  /** What it complained of, and what scripts printed. */
  readonly complaints: readonly string[];

  /** Addresses of all that it asked for beside the page. */
  readonly requests: readonly string[];

  /** What the page's body is painted with. */
  readonly background: string;

  /** Links that lead nowhere in the page. */
  readonly broken: readonly string[];

  /** How many pixels the page is wider than the window. */
  readonly overflow: number;

  /** The window as it is seen, in PNG. */
  readonly picture: Buffer;
}

/** The browser of this machine; undefined where it has none. */
export function findBrowser(): string | undefined {
  return PROGRAMS.find((name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0);
}

/**
 * A browser without a window, which is told what to do through a pipe.
 *
 * Source: Chrome DevTools Protocol, domains Page, Network, Log, Runtime and Emulation.
 */
export class Browser {
  private readonly folder = mkdtempSync(join(tmpdir(), "clean-room-browser-"));
  private readonly process: ChildProcess;
  private readonly events: { readonly method: string; readonly params: Params }[] = [];
  private readonly answers = new Map<number, (answer: Params) => void>();
  private readonly awaited = new Map<string, () => void>();
  private count = 0;
  private session: string | undefined;

  private constructor(program: string) {
    const args = [
      ...["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
      ...["--remote-debugging-pipe", "--no-first-run", "--disable-background-networking"],
      `--user-data-dir=${this.folder}`,
      "about:blank",
    ];
    const stdio = ["ignore", "ignore", "ignore", "pipe", "pipe"] as const;
    this.process = spawn(program, args, { stdio: [...stdio] });
    let text = "";
    (this.process.stdio[4] as Readable).setEncoding("utf8").on("data", (chunk: string) => {
      const messages = (text + chunk).split("\0");
      text = messages.pop() ?? "";
      messages.forEach((message) => this.receive(JSON.parse(message) as Message));
    });
  }

  /** Starts one. */
  public static async start(program: string): Promise<Browser> {
    const browser = new Browser(program);
    const { targetId } = await browser.ask("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await browser.ask("Target.attachToTarget", { targetId, flatten: true });
    browser.session = sessionId as string;
    for (const domain of ["Page", "Network", "Log", "Runtime"]) {
      await browser.ask(`${domain}.enable`, {});
    }
    return browser;
  }

  /** Opens a file as somebody who prefers these colours. @param window in pixels */
  public async look(
    file: string,
    colours: Colours,
    window: { readonly width: number; readonly height: number },
  ): Promise<Looked> {
    this.events.length = 0;
    await this.ask("Emulation.setEmulatedMedia", {
      features: [{ name: "prefers-color-scheme", value: colours }],
    });
    await this.ask("Emulation.setDeviceMetricsOverride", {
      ...window,
      deviceScaleFactor: 1,
      mobile: false,
    });
    const url = pathToFileURL(file).href;
    const loaded = new Promise<void>((resolve) => this.awaited.set("Page.loadEventFired", resolve));
    await this.ask("Page.navigate", { url });
    await loaded;
    const [background, broken, overflow] = await this.evaluate<[string, string[], number]>(
      `[getComputedStyle(document.body).backgroundColor,
        [...document.querySelectorAll("a")].map((a) => a.getAttribute("href")).filter((href) => !href.startsWith("#") || !document.getElementById(href.slice(1))),
        document.documentElement.scrollWidth - document.documentElement.clientWidth]`,
    );
    const { data } = await this.ask("Page.captureScreenshot", { format: "png" });
    return {
      complaints: this.events.flatMap(({ method, params }) =>
        ["Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown"].includes(method)
          ? JSON.stringify(params)
          : [],
      ),
      requests: this.events
        .filter(({ method }) => method === "Network.requestWillBeSent")
        .map(({ params }) => (params["request"] as { url: string }).url)
        .filter((asked) => asked !== url),
      background,
      broken,
      overflow,
      picture: Buffer.from(data as string, "base64"),
    };
  }

  /** Ends it: it ends its own processes, which would go on writing into the folder if it were killed. */
  public async end(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    const kill = setTimeout(() => this.process.kill("SIGKILL"), LONGEST_END);
    this.session = undefined;
    void this.ask("Browser.close", {});
    await ended;
    clearTimeout(kill);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  private async evaluate<T>(expression: string): Promise<T> {
    const { result } = await this.ask("Runtime.evaluate", { expression, returnByValue: true });
    return (result as { value: T }).value;
  }

  private ask(method: string, params: Params): Promise<Params> {
    this.count += 1;
    const id = this.count;
    const session = this.session === undefined ? {} : { sessionId: this.session };
    (this.process.stdio[3] as Writable).write(
      `${JSON.stringify({ id, method, params, ...session })}\0`,
    );
    return new Promise((resolve) => this.answers.set(id, resolve));
  }

  private receive({ id, result = {}, method, params = {} }: Message): void {
    if (id !== undefined) {
      this.answers.get(id)?.(result);
      this.answers.delete(id);
    } else if (method !== undefined) {
      this.events.push({ method, params });
      this.awaited.get(method)?.();
    }
  }
}

type Params = Readonly<Record<string, unknown>>;

interface Message {
  readonly id?: number;
  readonly result?: Params;
  readonly method?: string;
  readonly params?: Params;
}
