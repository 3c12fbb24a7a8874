const setIn = (env: NodeJS.ProcessEnv, names: readonly string[]): string | null =>
  names.find((name) => (env[name] ?? '') !== '') ?? null

/** The variables that curl heeds, by the scheme of an address: the upper case of the first may come from a web server's client. */
const variables: ReadonlyMap<string, readonly string[]> = new Map([
  ['http:', ['http_proxy', 'all_proxy', 'ALL_PROXY']],
  ['https:', ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY']],
])

/** Whether `no_proxy` names this host, or a domain that it is in. */
const isExempt = (hostname: string, named: string): boolean =>
  named
    .split(/[\s,]+/)
    .map((one) => one.replace(/^\./, ''))
    .some((one) => one === '*' || one === hostname || (one !== '' && hostname.endsWith(`.${one}`)))

/** The variable by which git would go to this address through a proxy, or null. */
export const proxyVariable = (
  { protocol, hostname }: Pick<URL, 'protocol' | 'hostname'>,
  env: NodeJS.ProcessEnv,
): string | null =>
  isExempt(hostname, env.no_proxy ?? env.NO_PROXY ?? '')
    ? null
    : setIn(env, variables.get(protocol) ?? [])
