/** What ends a command from outside: Ctrl-C, whoever runs it, the terminal that closes. With what a shell expects then. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Has this process clear up before it is ended from outside.
 *
 * @param clear Takes away what it leaves; not asynchronous.
 * @returns what ends that
 */
export function onInterruption(clear: () => void): () => void {
  const listeners = Object.entries(SIGNALS).map(([signal, code]) => {
    const listener = () => {
      clear();
      process.exit(code);
    };
    process.once(signal, listener);
    return () => process.off(signal, listener);
  });
  return () => listeners.forEach((end) => end());
}
