/** See install-nats-server.mjs. Rejects with an Error whose `code` is `nats_server_missing`. */
export declare function ensureNatsServer(options: { root: string; report: (line: string) => void }): Promise<string>;
